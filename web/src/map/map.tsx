// The map as a control: canvas, pointer, keys, and what a screen reader hears.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Index } from "../index";
import { type MapPlace, type Selection, placeName } from "../selection";
import { type View, draw, theme } from "./draw";
import { light } from "./light";
import { fit, hit, step, toScene, zoomed } from "./pointer";
import { scene as makeScene, spoken } from "./scene";

interface Props {
  index: Index;
  selection: Selection;
  choose(place: MapPlace | undefined): void;
}

interface Tip {
  x: number;
  y: number;
  words: string;
}

/** How far a pointer may move in a click, in pixels. */
const STILL = 4;

export function Map({ index, selection, choose }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useMemo(() => makeScene(index), [index]);
  const glow = useMemo(() => light(index, selection), [index, selection]);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View>();
  const [focus, setFocus] = useState<MapPlace>();
  const [said, setSaid] = useState("");
  const [tip, setTip] = useState<Tip>();
  const [themes, setThemes] = useState(0);
  const drag = useRef<{ x: number; y: number; moved: number } | undefined>(undefined);

  useEffect(() => {
    const element = canvas.current!;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setThemes((count) => count + 1);
    dark.addEventListener("change", changed);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", changed);
    };
  }, []);

  const shown = view ?? (size.width ? fit(scene, size.width, size.height) : undefined);

  useEffect(() => {
    const element = canvas.current!;
    if (!shown) return;
    const frame = requestAnimationFrame(() => {
      const ratio = devicePixelRatio || 1;
      const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      if (element.width !== width || element.height !== height) {
        element.width = width;
        element.height = height;
      }
      const context = element.getContext("2d")!;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(context, { index, scene, view: shown, light: glow, moment: selection.moment, focus, theme: theme(element) }, size.width, size.height);
    });
    return () => cancelAnimationFrame(frame);
  }, [index, scene, shown, glow, selection.moment, focus, size, themes]);

  const under = (event: MouseEvent) => {
    const at = toScene(shown!, event.offsetX, event.offsetY);
    return hit(scene, at.x, at.y);
  };
  const onPointerDown = (event: PointerEvent) => {
    drag.current = { x: event.clientX, y: event.clientY, moved: 0 };
    canvas.current!.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!shown) return;
    const from = drag.current;
    if (!from) {
      const found = under(event);
      setTip(found && { x: event.offsetX, y: event.offsetY, words: [placeName(index, found.place), ...facts(index, selection, found.place)].join("\n") });
      return;
    }
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    drag.current = { x: event.clientX, y: event.clientY, moved: from.moved + Math.abs(dx) + Math.abs(dy) };
    if (drag.current.moved > STILL) setView({ ...shown, x: shown.x + dx, y: shown.y + dy });
  };
  const onPointerUp = (event: PointerEvent) => {
    const still = drag.current && drag.current.moved <= STILL;
    drag.current = undefined;
    if (still && shown) choose(under(event)?.place);
  };
  const zoomBy = (by: number, x = size.width / 2, y = size.height / 2) => shown && setView(zoomed(shown, by, x, y));
  const onWheel = (event: WheelEvent) => {
    // A wheel without a key scrolls the page.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 300), event.offsetX, event.offsetY);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.startsWith("Arrow")) {
      const next = step(scene, focus ?? selection.place, event.key);
      if (next) {
        setFocus(next.place);
        setSaid(`${spoken(index, next.place)}, ${facts(index, selection, next.place).join(", ")}`);
      }
    } else if (event.key === "Enter" || event.key === " ") {
      if (focus) choose(focus);
    } else if (event.key === "Escape") {
      choose(undefined);
    } else if (event.key === "+" || event.key === "=") zoomBy(1.3);
    else if (event.key === "-") zoomBy(1 / 1.3);
    else if (event.key === "0") setView(undefined);
    else return;
    event.preventDefault();
  };

  return (
    <div class="map">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-roledescription="map"
        aria-label="Map of networks. Arrow keys walk from thing to thing, Enter selects, plus and minus zoom, 0 shows all. The table below holds the same crossings."
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => setTip(undefined)}
        onWheel={onWheel}
        onKeyDown={onKeyDown}
        onBlur={() => setFocus(undefined)}
      />
      <div class="zoom">
        <button type="button" onClick={() => zoomBy(1.3)} aria-label="Zoom in">+</button>
        <button type="button" onClick={() => zoomBy(1 / 1.3)} aria-label="Zoom out">−</button>
        <button type="button" onClick={() => setView(undefined)}>Fit</button>
      </div>
      {tip && (
        <div class="tip" style={{ left: `${Math.min(tip.x + 14, size.width - 250)}px`, top: `${tip.y + 14}px` }} aria-hidden="true">
          {tip.words}
        </div>
      )}
      <p class="unseen" aria-live="polite">{said}</p>
      <Legend />
    </div>
  );
}

/** What a tip and a screen reader say of a place. */
function facts(index: Index, selection: Selection, place: MapPlace): string[] {
  const rows = place.kind === "workload" ? index.rowsOfWorkload : place.kind === "resource" ? index.rowsOfResource : place.kind === "border" ? index.rowsOfBorder : undefined;
  const lines: string[] = [];
  const alarm = index.alarm(place.kind, place.at, selection.moment);
  if (alarm) lines.push(`worst finding: ${alarm.severity}${alarm.certain ? "" : ", possible"}`);
  if (rows) {
    const { all, certain } = index.count(rows.get(place.at), selection.moment);
    lines.push(all === 0 ? "no crossing found" : `crossings: ${certain} certain, ${all - certain} possible`);
  }
  return lines;
}

function Legend() {
  return (
    <ul class="legend" aria-label="Legend of the map">
      <li><i class="bar certain" /> worst finding, certain</li>
      <li><i class="bar possible" /> only possible (broken)</li>
      <li><i class="ring own" /> selected</li>
      <li><i class="ring reached" /> is reached</li>
      <li><i class="ring reaches" /> reaches (dashed)</li>
    </ul>
  );
}
