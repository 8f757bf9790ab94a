package dev.weft.bench.gateway;

import dev.weft.bench.load.ClosedLoad;
import java.io.IOException;

/** A client with one connection that it keeps, and one request that it sends again and again. */
public interface Connection extends ClosedLoad.Caller, AutoCloseable {

  /**
   * @throws IOException if the answer is neither a result nor a refusal for want of room
   */
  @Override
  boolean call() throws IOException;

  @Override
  void close() throws IOException;
}
