package dev.weft.gateway.log;

/** How much is logged; each tells what those before it tell, too. */
public enum Verbosity {
  /** What is wrong, or may be. */
  WARNINGS,
  /** Also what happens. */
  EVENTS,
  /** Everything. */
  ALL
}
