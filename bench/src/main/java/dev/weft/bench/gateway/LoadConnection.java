package dev.weft.bench.gateway;

import dev.weft.bench.load.EventLoad;
import java.io.IOException;

/** A connection of many that few threads hold, with one request that is sent again and again. */
public interface LoadConnection extends EventLoad.Caller, AutoCloseable {

  @Override
  void close() throws IOException;
}
