package dev.weft.link.outbox;

import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.outbox.SinkKind;
import java.net.URI;
import java.time.Duration;

/** The sinks at {@code grpc://HOST:PORT}: receivers in other processes. */
public final class LinkSinkKind implements SinkKind {

  @Override
  public String scheme() {
    return "grpc";
  }

  @Override
  public Sink at(URI address, Duration answerTimeout) {
    if (address.getHost() == null || address.getPort() <= 0) {
      throw new IllegalArgumentException("no host or port (expected: grpc://HOST:PORT)");
    }
    return LinkSink.to(address.getHost(), address.getPort(), answerTimeout);
  }
}
