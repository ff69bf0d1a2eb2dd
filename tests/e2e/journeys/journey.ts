/**
 * What a journey gets: a browser, and scratch folders of its own.
 */
import type { Browser } from "playwright-core";

export interface Surroundings {
  readonly browser: Browser;
  readonly scratch: string;
  /** The packaged extension. */
  readonly extension: string;
  /** A Python with nothing installed. */
  readonly interpreter: string;
}

export interface Journey {
  readonly title: string;
  walk(around: Surroundings): Promise<void>;
}
