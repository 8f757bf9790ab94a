package dev.weft.persistence.trace;

/**
 * Which records someone still needs, such as an outbox that has not sent them. Asked at any time.
 */
public interface Holds {

  /** Holds nothing. */
  Holds NOTHING = _ -> Long.MAX_VALUE;

  /**
   * The lowest number of {@code retentionClass} still needed; records from there on are held.
   * {@link Long#MAX_VALUE} if none is.
   */
  long heldFrom(String retentionClass);
}
