package dev.weft.gateway.protocol;

/** What kind of thing is wrong with a request, before any model has seen it. */
public enum Fault {
  /** It is not what the protocol says, or does not fit together. */
  INVALID,
  /** It is larger, deeper or longer than is read. */
  TOO_LARGE,
  /** It ended before all it announced had come. */
  TRUNCATED,
  /** It asks for a part of the protocol that is not served here. */
  NOT_OFFERED,
  /** It, or what it becomes once inflated, is in an encoding that is not read. */
  UNSUPPORTED_ENCODING,
  /** It changes something, and a page of another site may have sent it. */
  FOREIGN,
  /** It came too slowly. */
  TOO_SLOW,
  /** There is no memory left to hold its tensors now. */
  NO_MEMORY
}
