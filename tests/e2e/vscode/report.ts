/**
 * Print tests one by one, then a line with their counts.
 */
export class Report {
  total = 0;
  failed = 0;

  add(title: string, milliseconds: number, error?: string): void {
    this.total += 1;
    if (error === undefined) {
      console.log(`ok      ${title} (${milliseconds} ms)`);
      return;
    }
    this.failed += 1;
    console.log(`FAILED  ${title}\n${error.replace(/^/gm, "        ")}`);
  }

  /** Print the last line, and return the exit code. */
  close(): number {
    console.log(`\n${this.total - this.failed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.total > 0 ? 0 : 1;
  }
}
