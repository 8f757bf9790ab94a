package dev.weft.link.outbox;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.outbox.SinkKind;
import java.net.URI;
import java.time.Duration;

/**
 * The sinks at {@code grpc://HOST:PORT}: receivers in other processes, in the clear. Of this
 * machine, unless {@code weft.link.insecure-beyond-loopback} is on.
 */
public final class LinkSinkKind implements SinkKind {

  private static final String INSECURE = "weft.link.insecure-beyond-loopback";

  @Override
  public String scheme() {
    return "grpc";
  }

  @Override
  public Sink at(URI address, Duration answerTimeout) {
    if (address.getHost() == null || address.getPort() <= 0) {
      throw new IllegalArgumentException("no host or port (expected: grpc://HOST:PORT)");
    }
    var isAllowed = ConfigFactory.load().getBoolean(INSECURE);
    if (!isAllowed && !Address.isLoopback(address.getHost())) {
      throw new IllegalArgumentException(
          ("in the clear over a network (expected: grpcs://HOST:PORT, or an address of this"
                  + " machine; to do so all the same: %s = on)")
              .formatted(INSECURE));
    }
    var security = isAllowed ? Security.noneBeyondLoopback() : Security.none();
    return LinkSink.to(Address.of(address.getHost(), address.getPort()), security, answerTimeout);
  }
}
