/**
 * The items of the Test Explorer: folders, suites, cases and the rows of tables.
 */
import * as vscode from "vscode";

import type { CaseItem, CaseUpdate, CasesResult, SuiteItem } from "../protocol";
import { suiteTree } from "./suiteTree";
import type { Branch } from "./suiteTree";

/** Where a test item comes from. */
export interface Origin {
  readonly uri: string;
  /** Undefined for a whole suite; of a table `table:…`. */
  readonly key: string | undefined;
}

/** Return the id of a case's item, which menus use as well. */
export function caseId(uri: string, key: string): string {
  return `${sameUri(uri)}::${key}`;
}

/** Return a URI in VS Code's spelling: server and editor escape different characters. */
export function sameUri(uri: string): string {
  return vscode.Uri.parse(uri).toString();
}

export class TestTree {
  readonly #suites = new Map<string, vscode.TestItem>();
  readonly #cases = new Map<string, Map<string, vscode.TestItem>>();
  readonly #origins = new WeakMap<vscode.TestItem, Origin>();
  readonly #results = new WeakMap<vscode.TestItem, CaseUpdate>();

  constructor(private readonly controller: vscode.TestController) {}

  /** Show exactly these suites. */
  showSuites(suites: readonly SuiteItem[]): void {
    const spelled = suites.map((suite) => ({ ...suite, uri: sameUri(suite.uri) }));
    const known = new Map(this.#suites);
    this.#suites.clear();
    this.#fill(this.controller.items, suiteTree(spelled), known);
    for (const uri of known.keys()) {
      if (!this.#suites.has(uri)) {
        this.#cases.delete(uri);
      }
    }
  }

  /** Show a suite's cases, and return those whose text has changed. */
  showCases({ uri, items }: CasesResult): vscode.TestItem[] {
    const file = this.suite(uri);
    if (file === undefined) {
      return [];
    }
    const previous = this.#cases.get(file.id) ?? new Map<string, vscode.TestItem>();
    const shown = new Map<string, vscode.TestItem>();
    const below = new Map<vscode.TestItem, vscode.TestItem[]>([[file, []]]);
    const outdated: vscode.TestItem[] = [];
    items.forEach((item, index) => {
      const parent = (item.parent === null ? undefined : shown.get(item.parent)) ?? file;
      const test = this.#caseItem(file, item, index, previous.get(item.key));
      shown.set(item.key, test);
      below.set(parent, [...(below.get(parent) ?? []), test]);
      if (item.update === null && this.#results.delete(test)) {
        test.description = "edited since the last run";
        outdated.push(test);
      }
    });
    for (const [parent, children] of below) {
      parent.children.replace(children);
    }
    this.#cases.set(file.id, shown);
    file.busy = false;
    return outdated;
  }

  suite(uri: string): vscode.TestItem | undefined {
    return this.#suites.get(sameUri(uri));
  }

  /** The URIs of all suites. */
  get suites(): string[] {
    return [...this.#suites.keys()];
  }

  case(uri: string, key: string): vscode.TestItem | undefined {
    return this.#cases.get(sameUri(uri))?.get(key);
  }

  isResolved(uri: string): boolean {
    return this.#cases.has(sameUri(uri));
  }

  /** Forget all cases, so that they are fetched again when needed. */
  forgetCases(): void {
    this.#cases.clear();
  }

  originOf(item: vscode.TestItem): Origin | undefined {
    return this.#origins.get(item);
  }

  resultOf(item: vscode.TestItem): CaseUpdate | undefined {
    return this.#results.get(item);
  }

  /** Store a result, and show its state next to the case. */
  showResult(item: vscode.TestItem, update: CaseUpdate): void {
    this.#results.set(item, update);
    const state = update.verdict === "passed" && !update.isStale ? "" : update.state;
    // A screen reader reads the description instead of the label.
    // It is emptied and not removed, since VS Code ignores a removal.
    item.description = state !== "" && hasScreenReader() ? `${state}: ${item.label}` : state;
  }

  /** Return the cases at or below an item that can be run. */
  leaves(item: vscode.TestItem): vscode.TestItem[] {
    const children = [...item.children].map(([, child]) => child);
    if (children.length > 0) {
      return children.flatMap((child) => this.leaves(child));
    }
    const origin = this.#origins.get(item);
    return origin?.key === undefined || origin.key.startsWith("table:") ? [] : [item];
  }

  /** Return the suites at, above or below an item. */
  suitesOf(item: vscode.TestItem): string[] {
    const origin = this.#origins.get(item);
    return origin === undefined ? [...item.children].flatMap(([, child]) => this.suitesOf(child)) : [origin.uri];
  }

  #fill(into: vscode.TestItemCollection, branches: readonly Branch[], known: ReadonlyMap<string, vscode.TestItem>): void {
    into.replace(
      branches.map((branch, index) => {
        const { id, label, root, path, children } = branch;
        const previous = into.get(id) ?? known.get(id);
        if (children !== undefined) {
          const uri = path === "" ? vscode.Uri.parse(root) : vscode.Uri.joinPath(vscode.Uri.parse(root), path);
          const folder = previous ?? this.controller.createTestItem(id, label, uri);
          folder.sortText = sortKey(index);
          this.#fill(folder.children, children, known);
          return folder;
        }
        const file = previous ?? this.controller.createTestItem(id, label, vscode.Uri.parse(id));
        file.sortText = sortKey(index);
        file.canResolveChildren = true;
        this.#suites.set(id, file);
        this.#origins.set(file, { uri: id, key: undefined });
        return file;
      }),
    );
  }

  #caseItem(file: vscode.TestItem, item: CaseItem, index: number, previous: vscode.TestItem | undefined): vscode.TestItem {
    const { start, end } = item.range;
    const test = previous ?? this.controller.createTestItem(caseId(file.id, item.key), item.row ?? item.label, file.uri);
    test.label = item.row ?? item.label;
    test.range = new vscode.Range(start.line, start.character, end.line, end.character);
    test.sortText = sortKey(index);
    test.tags = item.tags.map((tag) => new vscode.TestTag(tag));
    this.#origins.set(test, { uri: file.id, key: item.key });
    if (item.update !== null) {
      this.showResult(test, item.update);
    }
    return test;
  }
}

function hasScreenReader(): boolean {
  return vscode.workspace.getConfiguration("editor").get("accessibilitySupport") === "on";
}

function sortKey(index: number): string {
  return String(index).padStart(6, "0");
}
