/**
 * Search all written files for words that only answers contain.
 */
import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";

/** Return the files below `folders` that contain one of the words, in UTF-8 or UTF-16. */
export function filesWith(words: readonly string[], folders: readonly string[]): string[] {
  const sought = words.flatMap((word) => [Buffer.from(word, "utf8"), Buffer.from(word, "utf16le")]);
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => {
        const content = readFileSync(file);
        return sought.some((word) => content.includes(word));
      }),
  );
}
