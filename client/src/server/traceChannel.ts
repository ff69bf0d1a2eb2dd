/**
 * Keep answers out of protocol traces: output channels are files, and a trace would contain every hover.
 */
import type * as vscode from "vscode";

/** Return a channel whose traces contain the names of messages but not their contents, at every level. */
export function withoutContents(channel: vscode.LogOutputChannel): vscode.LogOutputChannel {
  return new Proxy(channel, {
    get(target, name) {
      if (name === "trace") {
        return (message: string) => {
          const name = nameOnly(message);
          if (name !== undefined) {
            target.trace(name);
          }
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

/** Return the part of a traced message that may be logged: its first line, unless that is a message as JSON. */
export function nameOnly(message: string): string | undefined {
  const line = message.split("\n", 1)[0]?.trim() ?? "";
  return line === "" || line.startsWith("{") || line.startsWith("[") ? undefined : line;
}
