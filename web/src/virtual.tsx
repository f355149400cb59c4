// A grid of which only the rows in sight exist. Arrow keys walk, Enter chooses.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Column {
  title: string;
  /** Share of the width. */
  width: string;
  cell(at: number): ComponentChildren;
  /** What rows are sorted by; none where the column cannot be sorted by. */
  sort?(at: number): string | number;
}

export interface Sorting {
  column: number;
  down: boolean;
}

interface Props {
  label: string;
  columns: Column[];
  rows: readonly number[];
  chosen?: number | undefined;
  sorting?: Sorting | undefined;
  sort(column: number): void;
  choose(row: number): void;
  /** All rows at once, for paper. */
  whole: boolean;
}

const HEIGHT = 30;
const HEAD = 28;
/** Rows beyond the edge, so that a fast scroll shows no hole. */
const MARGIN = 12;

export function Grid({ label, columns, rows, chosen, sorting, sort, choose, whole }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const [active, setActive] = useState(0);
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(" ") };

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height - HEAD));
    observer.observe(grid.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    grid.current!.scrollTop = 0;
    setActive(0);
  }, [rows]);

  const show = (at: number) => {
    const element = grid.current!;
    const [from, to] = [at * HEIGHT, (at + 1) * HEIGHT];
    if (from < element.scrollTop) element.scrollTop = from;
    const room = element.clientHeight - HEAD;
    if (to > element.scrollTop + room) element.scrollTop = to - room;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // A key on a button of the head is the button's.
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(height / HEIGHT) - 1);
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    const move = moves[event.key];
    if (move !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, active + move));
      setActive(next);
      show(next);
    } else if (event.key === "Enter" || event.key === " ") {
      if (rows[active] !== undefined) choose(rows[active]);
    } else return;
    event.preventDefault();
  };

  const first = whole ? 0 : Math.max(0, Math.floor(top / HEIGHT) - MARGIN);
  const last = whole ? rows.length : Math.min(rows.length, Math.ceil((top + height) / HEIGHT) + MARGIN);
  const id = (at: number) => `${label.replace(/\W/g, "")}-${at}`;
  return (
    <div
      class="grid"
      ref={grid}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length ? id(active) : undefined}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="head" role="row" aria-rowindex={1} style={template}>
        {columns.map((column, at) => (
          <div role="columnheader" key={column.title} aria-sort={sorting?.column === at ? (sorting.down ? "descending" : "ascending") : "none"}>
            {column.sort ? (
              <button type="button" onClick={() => sort(at)}>
                {column.title}
                {sorting?.column === at ? (sorting.down ? " ▾" : " ▴") : ""}
              </button>
            ) : (
              column.title
            )}
          </div>
        ))}
      </div>
      <div class="space" style={whole ? {} : { height: `${rows.length * HEIGHT}px` }} role="rowgroup">
        {rows.slice(first, last).map((row, offset) => {
          const at = first + offset;
          return (
            <div
              key={row}
              id={id(at)}
              class={`row${row === chosen ? " chosen" : ""}${at === active ? " active" : ""}`}
              role="row"
              aria-rowindex={at + 2}
              aria-selected={row === chosen}
              style={whole ? template : { ...template, transform: `translateY(${at * HEIGHT}px)` }}
              onClick={() => {
                setActive(at);
                choose(row);
              }}
            >
              {columns.map((column) => (
                <div role="gridcell" key={column.title}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
