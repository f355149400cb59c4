// Addresses and ports as they are searched for.
import type { Ranges } from "./island";

/** An address as a number with its family: IPv4 below 2^32, IPv6 behind `6:`. */
export interface Address {
  family: 4 | 6;
  value: bigint;
}

export function parseAddress(text: string): Address | undefined {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return { family: 4, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = groups.flat();
  if (!given.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = 8 - given.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...groups[0]!, ...Array<string>(halves.length === 2 ? missing : 0).fill("0"), ...(groups[1] ?? [])];
  return { family: 6, value: all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n) };
}

/** Whether a range `a-b` or a block `a/n` holds an address. */
export function holds(range: string, address: Address): boolean {
  const [low, high] = range.includes("/") ? block(range) : range.split("-").map(parseAddress);
  return !!low && !!high && low.family === address.family && low.value <= address.value && address.value <= high.value;
}

function block(text: string): (Address | undefined)[] {
  const [base, length] = text.split("/");
  const low = parseAddress(base ?? "");
  if (!low || !length) return [];
  const size = 1n << BigInt((low.family === 4 ? 32 : 128) - Number(length));
  return [low, { family: low.family, value: low.value + size - 1n }];
}

/** Whether traffic holds a port of a protocol that has ports. */
export function holdsPort(traffic: Ranges, port: number): boolean {
  const within = (range: [number, number] | string) => typeof range !== "string" && range[0] <= port && port <= range[1];
  return ["TCP", "UDP", "SCTP"].some((protocol) => traffic[protocol]?.some(within));
}
