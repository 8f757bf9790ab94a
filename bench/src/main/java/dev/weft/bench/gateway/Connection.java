package dev.weft.bench.gateway;

import java.io.IOException;

/** A client with one connection that it keeps, and one request that it sends again and again. */
public interface Connection extends AutoCloseable {

  /**
   * Calls, and waits for the answer.
   *
   * @return whether it completed; otherwise it was refused
   * @throws IOException if the answer is neither a result nor a refusal for want of room
   */
  boolean call() throws IOException;

  @Override
  void close() throws IOException;
}
