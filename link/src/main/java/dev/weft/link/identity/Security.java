package dev.weft.link.identity;

import com.typesafe.config.Config;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * How links are protected: TLS 1.3 where both sides show a certificate, or, between processes of
 * one machine, not at all.
 */
public final class Security implements AutoCloseable {

  private static final String PROTOCOL = "TLSv1.3";
  private static final int CONNECT_MILLIS = 10_000;

  private final Optional<Identity> identity;
  private final boolean isInsecureAllowed;
  private Optional<SslContext> forClients = Optional.empty();
  private int forClientsSince;

  private Security(Optional<Identity> identity, boolean isInsecureAllowed) {
    this.identity = identity;
    this.isInsecureAllowed = isInsecureAllowed;
  }

  /** None, for addresses of this machine only. */
  public static Security none() {
    return new Security(Optional.empty(), false);
  }

  /** None, for any address: whoever is on the network between can read and write. */
  public static Security noneBeyondLoopback() {
    return new Security(Optional.empty(), true);
  }

  /** TLS with an identity, which is closed with it. */
  public static Security of(Identity identity) {
    return new Security(Optional.of(identity), false);
  }

  /**
   * As the settings {@code weft.link.tls} and {@code insecure-beyond-loopback} say.
   *
   * @throws IdentityException naming the file that cannot be used
   * @throws IllegalArgumentException if settings do not fit together
   */
  public static Security from(Config config) {
    var link = config.getConfig("weft.link");
    return IdentityFiles.from(config)
        .map(files -> of(Identity.open(files, link.getDuration("tls.renew-every"))))
        .orElseGet(
            () -> link.getBoolean("insecure-beyond-loopback") ? noneBeyondLoopback() : none());
  }

  public boolean isEncrypted() {
    return identity.isPresent();
  }

  public Optional<Identity> identity() {
    return identity;
  }

  /** Who calls, within a call of a server made here; empty where there is no TLS. */
  public static Optional<String> peer() {
    return Optional.ofNullable(PeerCheck.PEER.get());
  }

  /**
   * A server that is to listen there; port 0 takes a free one.
   *
   * @throws IllegalArgumentException if others would reach it unprotected
   */
  public NettyServerBuilder server(String host, int port) {
    requireAllowed(host);
    var server = NettyServerBuilder.forAddress(new InetSocketAddress(host, port));
    if (identity.isEmpty()) {
      return server;
    }
    try {
      var keys = identity.get().keys();
      var context =
          GrpcSslContexts.configure(SslContextBuilder.forServer(keys))
              .trustManager(identity.get().trust())
              .clientAuth(ClientAuth.REQUIRE)
              .protocols(PROTOCOL)
              .build();
      return server.sslContext(context).intercept(new PeerCheck(identity.get()));
    } catch (SSLException e) {
      throw new IdentityException("TLS: %s".formatted(e.getMessage()), e);
    }
  }

  /**
   * A channel to a server there. With TLS its certificate must bear the address's name.
   *
   * @throws IllegalArgumentException if it would be unprotected beyond this machine
   */
  public NettyChannelBuilder channel(Address address) {
    requireAllowed(address.host());
    var channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
    if (identity.isEmpty()) {
      return channel.usePlaintext();
    }
    address.name().ifPresent(channel::overrideAuthority);
    return channel.sslContext(forClients(identity.get()));
  }

  /** One until something else is believed: it resumes sessions, which count as proved. */
  private synchronized SslContext forClients(Identity own) {
    try {
      var version = own.version();
      var context =
          forClients.isPresent() && version == forClientsSince
              ? forClients.get()
              : GrpcSslContexts.forClient()
                  .keyManager(own.keys())
                  .trustManager(own.trust())
                  .protocols(PROTOCOL)
                  .build();
      forClients = Optional.of(context);
      forClientsSince = version;
      return context;
    } catch (SSLException e) {
      throw new IdentityException("TLS: %s".formatted(e.getMessage()), e);
    }
  }

  /**
   * Whether a host may be spoken with like this.
   *
   * @throws IllegalArgumentException if it would be unprotected beyond this machine, naming the
   *     setting
   */
  public void requireAllowed(String host) {
    if (identity.isEmpty() && !isInsecureAllowed && !Address.isLoopback(host)) {
      throw new IllegalArgumentException(
          ("host: '%s' is reached over a network, in the clear (expected:"
                  + " weft.link.tls.certificate, key and trust, which 'weft certs' makes, or an"
                  + " address of this machine; to do so all the same:"
                  + " weft.link.insecure-beyond-loopback = on)")
              .formatted(host));
    }
  }

  @Override
  public void close() {
    identity.ifPresent(Identity::close);
  }
}
