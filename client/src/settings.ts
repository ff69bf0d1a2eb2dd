/**
 * Read the section `llmentary` of the editor's settings.
 *
 * The server's own settings are passed on untouched and only where somebody set them: the server knows the rules.
 */

/** The part of VS Code's configuration that is needed, so that tests can do without VS Code. */
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

/** The settings that the server reads, by the names that `llmentary.toml` has for them. */
export const SERVER_SETTINGS = ["callable", "env", "run", "timeout"] as const;

/** Return what the client itself goes by. */
export function readClientSettings(section: Section): ClientSettings {
  const interpreter = section.get("interpreter");
  return {
    interpreter: typeof interpreter === "string" ? interpreter : "",
    importStrategy: section.get("importStrategy") === "useBundled" ? "useBundled" : "fromEnvironment",
  };
}

/** Return the settings for the server that the user or the workspace has set. */
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
