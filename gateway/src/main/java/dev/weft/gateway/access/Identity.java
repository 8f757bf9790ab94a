package dev.weft.gateway.access;

/** What a credential says about who calls. */
sealed interface Identity {

  /** It is one that is known. */
  record Known(Caller caller) implements Identity {}

  /** It is none, or none that counts. */
  record Unknown(Denial denial) implements Identity {}
}
