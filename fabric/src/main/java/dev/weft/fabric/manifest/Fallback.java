package dev.weft.fabric.manifest;

/** What is tried when the node a frame came to cannot answer it in time. */
public enum Fallback implements Word {
  /** Another node of the same site. */
  SITE,
  /** A node of role region at another site. */
  REGION,
  /** Any other node of another site. */
  ELSEWHERE,
  /** Here as declared, even if it looks late. */
  LOCAL,
  /** Here, with the cheaper variants that steps declare for load. */
  CHEAPER,
  /** The last answer there was, marked as stale. */
  CACHED,
  /** A refusal with the reason. */
  REFUSE;

  /** Whether it needs no other node, so that it works with the network gone. */
  public boolean isLocal() {
    return switch (this) {
      case SITE, REGION, ELSEWHERE -> false;
      case LOCAL, CHEAPER, CACHED, REFUSE -> true;
    };
  }
}
