// The map's geometry: networks as frames at the places that the report gives them, what stands in them as a nested treemap
// (d3-hierarchy), borders as signs between their networks. All lengths are in units of the map, before zoom.
import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import type { Index } from "../index";
import { type MapPlace, type PlaceKind, placeName } from "../selection";

export interface Box {
  place?: MapPlace;
  kind: PlaceKind | "group";
  label: string;
  x: number;
  y: number;
  w: number;
  h: number;
  parent?: Box;
  children: Box[];
}

export interface Sign {
  place: MapPlace;
  label: string;
  x: number;
  y: number;
  /** Where the border's line meets each network's frame. */
  ends: { x: number; y: number }[];
}

export interface Scene {
  /** How much larger than a small map it is: frames, gaps and headers grow with it, so that they can be seen when all is. */
  scale: number;
  frames: Box[];
  /** Every box, outer before inner. */
  boxes: Box[];
  signs: Sign[];
  w: number;
  h: number;
}

interface Node {
  kind: Box["kind"];
  label: string;
  place?: MapPlace;
  children: Node[];
}

const GAP = { x: 210, y: 56 };
/** A network's name of more letters stands without its type. */
const MOST_LETTERS = 22;
/** The height of a cluster's header, on a small map, and of a namespace's on any. */
export const HEADER = 18;
/** The height of a network's header, on a small map. */
export const FRAME_HEADER = HEADER + 14;

export function scene(index: Index): Scene {
  const trees = networkTrees(index);
  const leaves = trees.reduce((sum, tree) => sum + countLeaves(tree.node), 0);
  const leafArea = Math.min(5200, Math.max(1000, 400_000 / Math.max(1, leaves)));
  const scale = Math.max(1, Math.sqrt(leaves * leafArea) / 560);
  const sized = trees.map((tree) => ({ ...tree, ...sizeOf(tree.node, leafArea, scale) }));
  const frames = placed(sized, scale);
  const boxes = frames.flatMap((frame) => fill(frame.node, frame.box, scale));
  const right = frames.map(({ box }) => box.x + box.w);
  const bottom = frames.map(({ box }) => box.y + box.h);
  const outer = frames.map(({ box }) => box);
  return { scale, frames: outer, boxes, signs: signs(index, outer, scale), w: Math.max(1, ...right), h: Math.max(1, ...bottom) };
}

/** What stands in each network, with its place in the grid; workloads without a network stand in a frame of their own. */
function networkTrees(index: Index): { node: Node; column: number; row: number }[] {
  const { networks, workloads, resources } = index.report;
  const trees = networks.map((network, at) => ({
    node: { kind: "network" as const, label: network.name.length > MOST_LETTERS ? shortName(network.name) : network.name, place: { kind: "network" as const, at }, children: [] as Node[] },
    column: network.column,
    row: network.row,
  }));
  const nowhere: Node = { kind: "group", label: "no network in the input", children: [] };
  const of = (network: number | undefined) => (network === undefined ? nowhere : trees[network]!.node);
  const namespaces = new Map<string, Node>();
  workloads.forEach((workload, at) => {
    const key = `${workload.network ?? -1} ${workload.namespace}`;
    let namespace = namespaces.get(key);
    if (!namespace) {
      namespace = { kind: "namespace", label: index.report.namespaces[workload.namespace]!.name, place: { kind: "namespace", at: workload.namespace }, children: [] };
      namespaces.set(key, namespace);
      clusterIn(index, of(workload.network), index.report.namespaces[workload.namespace]!.cluster).children.push(namespace);
    }
    namespace.children.push({ kind: "workload", label: workload.name, place: { kind: "workload", at }, children: [] });
  });
  resources.forEach((resource, at) => {
    of(resource.network).children.push({ kind: "resource", label: shortName(resource.name), place: { kind: "resource", at }, children: [] });
  });
  const lowest = Math.max(-1, ...trees.map((tree) => tree.row));
  return nowhere.children.length ? [...trees, { node: nowhere, column: 0, row: lowest + 1 }] : trees;
}

function clusterIn(index: Index, network: Node, at: number): Node {
  const known = network.children.find((child) => child.place?.kind === "cluster" && child.place.at === at);
  if (known) return known;
  const name = index.report.clusters[at]!.name;
  const cluster: Node = { kind: "cluster", label: name || "cluster", place: { kind: "cluster", at }, children: [] };
  network.children.push(cluster);
  return cluster;
}

function countLeaves(node: Node): number {
  return node.children.length === 0 ? 1 : node.children.reduce((sum, child) => sum + countLeaves(child), 0);
}

function sizeOf(node: Node, leafArea: number, scale: number): { w: number; h: number } {
  const area = countLeaves(node) * leafArea * 1.7;
  const w = Math.max(230 * scale, Math.sqrt(area * 1.5));
  return { w, h: Math.max((node.children.length ? 90 : 64) * scale, area / w + 2 * HEADER * scale) };
}

function placed(trees: { node: Node; column: number; row: number; w: number; h: number }[], scale: number): { node: Node; box: Box }[] {
  const gap = { x: GAP.x * scale, y: GAP.y * scale };
  const columns = new Map<number, typeof trees>();
  for (const tree of trees) columns.set(tree.column, [...(columns.get(tree.column) ?? []), tree]);
  const heights = [...columns.values()].map((own) => own.reduce((sum, tree) => sum + tree.h + gap.y, -gap.y));
  const highest = Math.max(0, ...heights);
  const out: { node: Node; box: Box }[] = [];
  let x = 0;
  [...columns.keys()].sort((a, b) => a - b).forEach((column) => {
    const own = columns.get(column)!.sort((a, b) => a.row - b.row);
    const width = Math.max(...own.map((tree) => tree.w));
    let y = (highest - own.reduce((sum, tree) => sum + tree.h + gap.y, -gap.y)) / 2;
    for (const { node, w, h } of own) {
      out.push({ node, box: { ...bare(node), x: x + (width - w) / 2, y, w, h } });
      y += h + gap.y;
    }
    x += width + gap.x;
  });
  return out;
}

function bare(node: Node): Box {
  const box: Box = { kind: node.kind, label: node.label, x: 0, y: 0, w: 0, h: 0, children: [] };
  if (node.place) box.place = node.place;
  return box;
}

/** The boxes of a frame, the frame first. */
function fill(node: Node, frame: Box, scale: number): Box[] {
  const root = hierarchy(node, (own) => own.children).sum((own) => (own.children.length === 0 ? 1 : 0));
  const tiles = treemap<Node>()
    .tile(treemapSquarify.ratio(1.6))
    .size([frame.w, frame.h])
    .paddingTop((own) => (own.data.kind === "network" || own.data.kind === "group" ? FRAME_HEADER * scale : own.data.kind === "cluster" ? HEADER * scale : HEADER))
    .paddingRight(5)
    .paddingBottom(5)
    .paddingLeft(5)
    .paddingInner(3)(root);
  const boxes = new Map<typeof tiles, Box>();
  const out: Box[] = [];
  tiles.eachBefore((tile) => {
    const parent = tile.parent ? boxes.get(tile.parent) : undefined;
    const own = { x: frame.x + tile.x0, y: frame.y + tile.y0, w: tile.x1 - tile.x0, h: tile.y1 - tile.y0 };
    const box = parent ? { ...bare(tile.data), ...own, parent } : frame;
    parent?.children.push(box);
    boxes.set(tile, box);
    out.push(box);
  });
  return out;
}

/** A name of Terraform without the type, which the map says in words: `orders` of `module.data.aws_db_instance.orders`. */
const shortName = (name: string) => /^(?:.*\.)?[a-z0-9]+_[a-z0-9_]+\.([^.]+)$/.exec(name)?.[1] ?? name;

const centre = (box: Box) => ({ x: box.x + box.w / 2, y: box.y + box.h / 2 });

function signs(index: Index, frames: Box[], scale: number): Sign[] {
  const byNetwork = new Map(frames.flatMap((frame) => (frame.place ? [[frame.place.at, frame] as const] : [])));
  const placed = index.report.borders.map((border, at) => {
    const joined = border.networks.flatMap((network) => byNetwork.get(network) ?? []);
    return { at, label: shortName(border.name), joined, ...middleOf(joined, scale) };
  });
  apart(placed, scale);
  return placed.map(({ at, label, joined, x, y }) => ({
    place: { kind: "border" as const, at },
    label,
    x,
    y,
    ends: joined.map((frame) => edge(frame, { x, y })),
  }));
}

/** Where a border's sign stands: halfway between two networks; of more, in the gap to the right of the leftmost. */
function middleOf(joined: Box[], scale: number): { x: number; y: number } {
  const centres = joined.map(centre);
  const mean = (of: (point: { x: number; y: number }) => number) => centres.reduce((sum, one) => sum + of(one), 0) / Math.max(1, centres.length);
  const [one, other] = joined;
  if (one && other && joined.length === 2) {
    const [a, b] = [edge(one, centre(other)), edge(other, centre(one))];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }
  const leftmost = joined.toSorted((a, b) => a.x - b.x)[0];
  const x = leftmost && joined.length > 2 ? leftmost.x + leftmost.w + (GAP.x * scale) / 2 : mean((one) => one.x);
  return { x, y: mean((one) => one.y) };
}

/** Moves signs down until none covers another. */
function apart(signs: { x: number; y: number }[], scale: number) {
  const [wide, high] = [150 * scale, 46 * scale];
  const done: { x: number; y: number }[] = [];
  for (const sign of signs.toSorted((a, b) => a.y - b.y)) {
    for (const other of done) {
      if (Math.abs(sign.x - other.x) < wide && sign.y - other.y < high) sign.y = Math.max(sign.y, other.y + high);
    }
    done.push(sign);
    done.sort((a, b) => a.y - b.y);
  }
}

/** Where the line from a box's centre to a point leaves the box. */
function edge(box: Box, to: { x: number; y: number }): { x: number; y: number } {
  const from = centre(box);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dx === 0 && dy === 0) return from;
  const scale = Math.min(box.w / 2 / Math.abs(dx || 1e-9), box.h / 2 / Math.abs(dy || 1e-9));
  return { x: from.x + dx * Math.min(1, scale), y: from.y + dy * Math.min(1, scale) };
}

/** What a screen reader calls a place. */
export const spoken = (index: Index, place: MapPlace) => `${place.kind} ${placeName(index, place)}`;
