package dev.weft.gateway.protocol;

import java.nio.ByteBuffer;

/**
 * Memory that a caller shares with the server, where tensors may lie that he sends or is sent.
 * Threadsafe. Every method throws {@link ProtocolException} if there is no such place.
 */
public interface SharedMemory {

  /** None, for who has none: it refuses whatever is said to lie there. */
  static SharedMemory none() {
    return NoSharedMemory.OFF;
  }

  /** None, as a page of a browser asks, whichever site it is from. */
  static SharedMemory notForPages() {
    return NoSharedMemory.FOR_PAGES;
  }

  /**
   * Holds a place against what there is.
   *
   * @param tensor which is to lie there, for messages; so for all methods
   */
  void require(String tensor, SharedPlace at);

  /** Copies what lies there into all that remains of {@code target}, which is no larger. */
  void read(String tensor, SharedPlace at, ByteBuffer target);

  /** Copies all of {@code content} there, which is no larger. */
  void write(String tensor, SharedPlace at, ByteBuffer content);
}
