/**
 * Find the case that a line belongs to, by the lenses that the server shows above the cases.
 */
import { RUN_CASES } from "../protocol";
import type { CasesParams } from "../protocol";

/** The parts of a CodeLens that are used here, so that tests run without VS Code. */
export interface Lens {
  readonly range: { readonly start: { readonly line: number } };
  readonly command?: { readonly command: string; readonly arguments?: unknown[] } | undefined;
}

/** Return the parameters to run the case at `line`: the nearest one at or above it. */
export function caseAtLine(lenses: readonly Lens[], line: number): CasesParams | undefined {
  let nearest: { line: number; params: CasesParams } | undefined;
  for (const { range, command } of lenses) {
    const params = command?.command === RUN_CASES ? (command.arguments?.[0] as CasesParams | undefined) : undefined;
    const start = range.start.line;
    if (params?.keys !== undefined && start <= line && (nearest === undefined || start >= nearest.line)) {
      nearest = { line: start, params };
    }
  }
  return nearest?.params;
}
