// Draws the map on a canvas. Colour never stands alone: what is only possible is dashed or hatched, what is selected is ringed.
import type { Alarm, Index, Moment } from "../index";
import type { MapPlace } from "../selection";
import type { Glow, Light } from "./light";
import { type Box, FRAME_HEADER, HEADER, type Scene, type Sign } from "./scene";

export interface View {
  x: number;
  y: number;
  zoom: number;
}

export interface Theme {
  [name: string]: string;
}

const NAMES = ["surface", "ink", "quiet", "line", "frame", "cluster", "leaf", "resource", "critical", "high", "medium", "low", "calm", "out", "in", "select"];

export function theme(element: Element): Theme {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export interface Drawn {
  index: Index;
  scene: Scene;
  view: View;
  light: Light;
  moment: Moment;
  focus?: MapPlace | undefined;
  theme: Theme;
}

export function draw(canvas: CanvasRenderingContext2D, drawn: Drawn, width: number, height: number) {
  const { scene, view } = drawn;
  canvas.clearRect(0, 0, width, height);
  canvas.save();
  canvas.translate(view.x, view.y);
  canvas.scale(view.zoom, view.zoom);
  for (const sign of scene.signs) drawLines(canvas, drawn, sign);
  for (const box of scene.boxes) if (visible(box, view, width, height)) drawBox(canvas, drawn, box);
  for (const sign of scene.signs) drawSign(canvas, drawn, sign);
  canvas.restore();
}

function visible(box: Box, view: View, width: number, height: number): boolean {
  const [x, y] = [box.x * view.zoom + view.x, box.y * view.zoom + view.y];
  return x < width && y < height && x + box.w * view.zoom > 0 && y + box.h * view.zoom > 0;
}

const same = (one: MapPlace | undefined, other: MapPlace | undefined) => !!one && !!other && one.kind === other.kind && one.at === other.at;

/** Boxes of fewer pixels are one plain spot: of thousands no detail could be seen. */
const SPOT = 9;

/** A box that is too small for detail: its severity fills it, fainter where it is only possible. */
function drawSpot(canvas: CanvasRenderingContext2D, drawn: Drawn, box: Box) {
  const { theme, light, index, moment } = drawn;
  const leaf = box.kind === "workload" || box.kind === "resource";
  const alarm = leaf && box.place && index.alarm(box.place.kind, box.place.at, moment);
  const dim = light.on ? 0.35 : 1;
  canvas.globalAlpha = alarm ? dim * (alarm.certain ? 0.9 : 0.45) : dim;
  canvas.fillStyle = alarm ? theme[alarm.severity]! : fillOf(box, theme);
  canvas.fillRect(box.x, box.y, box.w, box.h);
  canvas.globalAlpha = 1;
}

function drawBox(canvas: CanvasRenderingContext2D, drawn: Drawn, box: Box) {
  const { theme, view, light, index } = drawn;
  if (box.w * view.zoom < SPOT && !(box.place && light.of(box.place)) && !same(box.place, drawn.focus)) {
    drawSpot(canvas, drawn, box);
    return;
  }
  const glow = box.place && light.of(box.place);
  const leaf = box.kind === "workload" || box.kind === "resource";
  const alarm = box.place && index.alarm(box.place.kind, box.place.at, drawn.moment);
  canvas.globalAlpha = leaf && light.on && !glow ? 0.35 : 1;
  canvas.fillStyle = fillOf(box, theme);
  canvas.beginPath();
  canvas.roundRect(box.x, box.y, box.w, box.h, Math.min(leaf ? 3 : 6, box.w / 4));
  canvas.fill();
  if (alarm && leaf) drawAlarm(canvas, box, alarm, theme);
  stroke(canvas, theme["line"]!, 1 / view.zoom, box.kind === "network" && isUnknown(index, box) ? [5 / view.zoom, 4 / view.zoom] : []);
  if (glow) stroke(canvas, glowColor(glow, theme), (glow === "own" ? 3 : 2.2) / view.zoom, glow === "reaches" ? [6 / view.zoom, 3 / view.zoom] : []);
  if (same(box.place, drawn.focus)) stroke(canvas, theme["ink"]!, 2 / view.zoom, [2 / view.zoom, 2 / view.zoom]);
  drawLabel(canvas, drawn, box, leaf, alarm);
  canvas.globalAlpha = 1;
}

const isUnknown = (index: Index, box: Box) => box.place !== undefined && !index.report.networks[box.place.at]!.known;

function fillOf(box: Box, theme: Theme): string {
  if (box.kind === "workload") return theme["leaf"]!;
  if (box.kind === "resource") return theme["resource"]!;
  return box.kind === "network" || box.kind === "group" ? theme["frame"]! : theme[box.kind === "cluster" ? "cluster" : "surface"]!;
}

/** A bar at the left: solid for what is certain, broken for what is only possible. */
function drawAlarm(canvas: CanvasRenderingContext2D, box: Box, alarm: Alarm, theme: Theme) {
  const width = Math.min(7, box.w * 0.3);
  canvas.fillStyle = theme[alarm.severity]!;
  const step = alarm.certain ? box.h : Math.min(5, box.h / 3);
  for (let y = 0; y < box.h; y += step * 2) canvas.fillRect(box.x, box.y + y, width, Math.min(step, box.h - y));
}

function glowColor(glow: Glow, theme: Theme): string {
  if (glow === "own") return theme["select"]!;
  return theme[glow === "reaches" ? "out" : "in"]!;
}

function stroke(canvas: CanvasRenderingContext2D, color: string, width: number, dash: number[]) {
  canvas.setLineDash(dash);
  canvas.strokeStyle = color;
  canvas.lineWidth = width;
  canvas.stroke();
  canvas.setLineDash([]);
}

const SEVERITY_WORDS = { critical: "critical", high: "high", medium: "medium", low: "low" };

function drawLabel(canvas: CanvasRenderingContext2D, drawn: Drawn, box: Box, leaf: boolean, alarm: Alarm | undefined) {
  const { theme, view, index } = drawn;
  const outer = box.kind === "network" || box.kind === "group";
  const size = Math.max(outer ? 13 : 11.5, (outer ? 11 : 9) / view.zoom);
  if (box.w * view.zoom < 34 || box.h < size + 2) return;
  // A label that its header cannot hold would lie on what is inside.
  const room = box.kind === "namespace" ? HEADER : HEADER * drawn.scene.scale;
  if (!leaf && !outer && size > room - 3) return;
  const left = leaf ? 11 : 7;
  canvas.fillStyle = theme["ink"]!;
  text(canvas, box.label, box.x + left, box.y + (leaf ? Math.min(box.h / 2 + size / 3, size + 5) : size + 1), box.w - left - 4, size, outer ? 600 : 400);
  const header = box.children.length > 0 ? FRAME_HEADER * drawn.scene.scale : box.h;
  if (box.kind === "network" && header >= 2.3 * size) {
    const network = index.report.networks[box.place!.at]!;
    const words = [...network.blocks.slice(0, 2), network.known ? "" : "not in the input"].filter(Boolean).join(" · ");
    canvas.fillStyle = theme["quiet"]!;
    text(canvas, words, box.x + left, box.y + 2 * size + 2, box.w - left - 4, Math.max(10.5, 9 / view.zoom), 400);
  }
  if (leaf && box.h > 3 * size) {
    canvas.fillStyle = theme["quiet"]!;
    text(canvas, leafWords(index, box, alarm), box.x + left, box.y + 2.1 * size + 6, box.w - left - 4, Math.max(10, 9 / view.zoom), 400);
  }
}

function leafWords(index: Index, box: Box, alarm: Alarm | undefined): string {
  const kind = box.kind === "workload" ? index.report.workloads[box.place!.at]!.kind : index.report.resources[box.place!.at]!.kind;
  if (!alarm) return kind;
  return `${SEVERITY_WORDS[alarm.severity]}${alarm.certain ? "" : ", possible"} · ${kind}`;
}

function text(canvas: CanvasRenderingContext2D, words: string, x: number, y: number, room: number, size: number, weight: number) {
  canvas.font = `${weight} ${size}px system-ui, sans-serif`;
  canvas.fillText(fitted(canvas, words, room), x, y);
}

const widths = new Map<string, number>();

/** The text, cut where it does not fit. */
function fitted(canvas: CanvasRenderingContext2D, words: string, room: number): string {
  const key = `${canvas.font} ${words}`;
  let width = widths.get(key);
  if (width === undefined) widths.set(key, (width = canvas.measureText(words).width));
  if (width <= room) return words;
  const keep = Math.floor((words.length * room) / width) - 1;
  return keep < 3 ? "" : `${words.slice(0, keep)}…`;
}

function drawLines(canvas: CanvasRenderingContext2D, drawn: Drawn, sign: Sign) {
  const { index, theme, view, light } = drawn;
  const { all, certain } = index.count(index.rowsOfBorder.get(sign.place.at), drawn.moment);
  canvas.globalAlpha = light.on && !light.of(sign.place) ? 0.3 : 1;
  canvas.beginPath();
  for (const end of sign.ends) {
    canvas.moveTo(end.x, end.y);
    canvas.lineTo(sign.x, sign.y);
  }
  const { scale } = drawn.scene;
  const width = (all === 0 ? 1 : 2 + Math.log2(1 + all)) * scale;
  stroke(canvas, borderColor(drawn, sign, all), width, certain > 0 || all === 0 ? [] : [9 * scale, 6 * scale]);
  if (light.of(sign.place)) stroke(canvas, theme["select"]!, 1.5 / view.zoom, []);
  canvas.globalAlpha = 1;
}

function borderColor(drawn: Drawn, sign: Sign, rows: number): string {
  const alarm = drawn.index.alarm("border", sign.place.at, drawn.moment);
  return drawn.theme[rows > 0 && alarm ? alarm.severity : "calm"]!;
}

/** The size of a sign, the same for drawing and for the pointer: on a large map signs grow as frames do. */
export function signBox(sign: Sign, scale: number): { x: number; y: number; w: number; h: number } {
  const [w, h] = [Math.min(176, Math.max(96, 34 + sign.label.length * 6.4)) * scale, 38 * scale];
  return { x: sign.x - w / 2, y: sign.y - h / 2, w, h };
}

function drawSign(canvas: CanvasRenderingContext2D, drawn: Drawn, sign: Sign) {
  const { index, theme, view, light } = drawn;
  const border = index.report.borders[sign.place.at]!;
  const { all, certain } = index.count(index.rowsOfBorder.get(sign.place.at), drawn.moment);
  const { scale } = drawn.scene;
  const box = signBox(sign, scale);
  canvas.beginPath();
  canvas.roundRect(box.x, box.y, box.w, box.h, 8 * scale);
  canvas.fillStyle = theme["surface"]!;
  canvas.fill();
  canvas.globalAlpha = light.on && !light.of(sign.place) ? 0.5 : 1;
  stroke(canvas, borderColor(drawn, sign, all), 2 * scale, certain > 0 || all === 0 ? [] : [5 * scale, 3 * scale]);
  if (light.of(sign.place) === "own") stroke(canvas, theme["select"]!, 3 / view.zoom, []);
  if (same(sign.place, drawn.focus)) stroke(canvas, theme["ink"]!, 2 / view.zoom, [2, 2]);
  canvas.textAlign = "center";
  canvas.fillStyle = theme["ink"]!;
  text(canvas, `${border.change === "added" ? "+ " : ""}${sign.label}`, sign.x, sign.y - 3 * scale, box.w - 10 * scale, 12 * scale, 600);
  canvas.fillStyle = theme["quiet"]!;
  text(canvas, all === 0 ? "none found" : crossingWords(all, certain), sign.x, sign.y + 12 * scale, box.w - 8 * scale, 10.5 * scale, 400);
  canvas.textAlign = "start";
  canvas.globalAlpha = 1;
}

function crossingWords(all: number, certain: number): string {
  const possible = all - certain;
  return [certain ? `${certain} certain` : "", possible ? `${possible} possible` : ""].filter(Boolean).join(" · ");
}
