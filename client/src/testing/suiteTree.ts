/**
 * Arrange suites by folder for the Test Explorer. Knows no VS Code.
 */
import type { SuiteItem } from "../protocol";

export interface Branch {
  /** `folder:` and the folder's URI, or the suite's own URI. */
  readonly id: string;
  readonly label: string;
  readonly root: string;
  /** Below the root, with `/`; empty for the root itself. */
  readonly path: string;
  /** Undefined for a suite. */
  readonly children: Branch[] | undefined;
}

/** Return the tree: folders before suites, both by name; projects are branches if there are several. */
export function suiteTree(suites: readonly SuiteItem[]): Branch[] {
  const byRoot = new Map<string, Branch[]>();
  for (const suite of [...suites].sort((left, right) => compare(left.name, right.name))) {
    const branches = byRoot.get(suite.root) ?? [];
    byRoot.set(suite.root, branches);
    insert(branches, suite);
  }
  const trees = [...byRoot].map(([root, children]) => {
    sortFoldersFirst(children);
    return { id: `folder:${root}`, label: nameOf(root), root, path: "", children };
  });
  const [only] = trees;
  return trees.length === 1 && only !== undefined ? only.children : trees.sort((left, right) => compare(left.label, right.label));
}

function insert(top: Branch[], { uri, name, root }: SuiteItem): void {
  // The name of a suite outside its project's folder is its whole path.
  const words = name.split("/").filter((word) => word !== "");
  const file = words.pop() ?? name;
  let level = top;
  let path = "";
  for (const label of words) {
    path = path === "" ? label : `${path}/${label}`;
    const id = `folder:${root}/${path}`;
    let folder = level.find((branch) => branch.id === id);
    if (folder === undefined) {
      folder = { id, label, root, path, children: [] };
      level.push(folder);
    }
    level = folder.children ?? [];
  }
  level.push({ id: uri, label: file, root, path: name, children: undefined });
}

function sortFoldersFirst(branches: Branch[]): void {
  branches.sort((left, right) => Number(left.children === undefined) - Number(right.children === undefined));
  for (const { children } of branches) {
    sortFoldersFirst(children ?? []);
  }
}

function nameOf(root: string): string {
  const last = root.split("/").filter((word) => word !== "").pop() ?? root;
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // A `%` that is not an escape.
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
