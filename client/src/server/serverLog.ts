/**
 * Write the server's stderr to the output channel, each line at its level.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { LogOutputChannel } from "vscode";

type Log = Pick<LogOutputChannel, "debug" | "info" | "warn" | "error">;

const LEVELS: Readonly<Record<string, keyof Log>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** Log every line of the stream until it ends. */
export function logLines(stream: Readable, log: Log): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
    const { level, text } = readLine(line);
    log[level](text);
  });
}

/** Return a line's level and text; a line without a level is an error of Python itself. */
export function readLine(line: string): { level: keyof Log; text: string } {
  const [word = "", ...rest] = line.split(" ");
  const level = LEVELS[word];
  return level === undefined ? { level: "error", text: line } : { level, text: rest.join(" ") };
}
