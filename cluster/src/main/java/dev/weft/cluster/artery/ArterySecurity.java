package dev.weft.cluster.artery;

import akka.actor.ActorSystem;
import akka.remote.artery.tcp.SSLEngineProvider;
import dev.weft.link.identity.Identity;
import dev.weft.link.identity.IdentityFiles;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import scala.Option;

/**
 * TLS 1.3 with certificates on both sides for Akka's remoting, from the files that links use
 * ({@code weft.link.tls}): EC and RSA keys, CAs of several sites, each for its own nodes only, and
 * taken anew when they change. For {@code akka.remote.artery.ssl.ssl-engine-provider}, which makes
 * one for each actor system.
 */
public final class ArterySecurity implements SSLEngineProvider {

  private static final String PROTOCOL = "TLSv1.3";

  private final Identity identity;
  private final boolean verifiesHosts;

  /**
   * @throws IllegalArgumentException if {@code weft.link.tls} names no files
   * @throws dev.weft.link.identity.IdentityException naming the one that cannot be used
   */
  public ArterySecurity(ActorSystem system) {
    var config = system.settings().config();
    var tls = config.getConfig("weft.link.tls");
    var files =
        IdentityFiles.from(config)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "weft.link.tls: '' (expected: certificate, key and trust)"));
    this.verifiesHosts = tls.getBoolean("akka-verifies-hosts");
    this.identity = Identity.open(files, tls.getDuration("renew-every"));
    system.registerOnTermination(identity::close);
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    var engine = engine(hostname, port);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    var engine = engine(hostname, port);
    engine.setUseClientMode(true);
    return engine;
  }

  private SSLEngine engine(String hostname, int port) {
    var engine = identity.context(verifiesHosts).createSSLEngine(hostname, port);
    engine.setEnabledProtocols(new String[] {PROTOCOL});
    return engine;
  }

  /** Whom the handshake let in is believed. */
  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
