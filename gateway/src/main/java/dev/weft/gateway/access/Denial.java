package dev.weft.gateway.access;

import dev.weft.fabric.manifest.Word;

/** Why a caller is turned away. Those who are told so learn only which of the two kinds it is. */
public enum Denial implements Word {
  /** It shows no credential. */
  MISSING,
  /** What it shows is none: another scheme, several, too long, or no key and no token. */
  MALFORMED,
  /** No such key, or a token of nobody known. */
  UNKNOWN,
  /** The key or token is over. */
  EXPIRED,
  /** The token is not for here or now, or does not say for whom it is. */
  UNFIT,
  /** Its roles do not have the right. */
  ROLE,
  /** It names a tenant that it may not act for. */
  TENANT;

  /** Whether it is known who calls, but he may not; else it is not known who calls. */
  public boolean isForbidden() {
    return this == ROLE || this == TENANT;
  }
}
