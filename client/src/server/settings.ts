/**
 * Read the section `llmentary` of the editor's settings.
 *
 * The server's settings are passed on unchanged, and only if they are set: the server knows the rules.
 */

/** The part of VS Code's configuration that is used here, so that tests run without VS Code. */
export interface Section {
  get(name: string): unknown;
  inspect(name: string): Inspected | undefined;
}

interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface ClientSettings {
  readonly interpreter: string;
  readonly importStrategy: "fromEnvironment" | "useBundled";
}

/** The settings that the server reads, by their names in `llmentary.toml`. */
export const SERVER_SETTINGS = ["callable", "env", "run", "timeout"] as const;

/** Return the client's own settings. */
export function readClientSettings(section: Section): ClientSettings {
  const interpreter = section.get("interpreter");
  return {
    interpreter: typeof interpreter === "string" ? interpreter : "",
    importStrategy: section.get("importStrategy") === "useBundled" ? "useBundled" : "fromEnvironment",
  };
}

/** Return the server's settings that are set by the user, the workspace or the folder. */
export function readServerSettings(section: Section): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const name of SERVER_SETTINGS) {
    const value = section.get(name);
    if (isSet(section.inspect(name)) && value !== undefined && value !== null && value !== "") {
      settings[name] = value;
    }
  }
  return settings;
}

function isSet(inspected: Inspected | undefined): boolean {
  return (
    inspected?.globalValue !== undefined ||
    inspected?.workspaceValue !== undefined ||
    inspected?.workspaceFolderValue !== undefined
  );
}
