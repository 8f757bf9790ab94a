package dev.weft.link.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Tells services who calls, if he is believed now: a handshake may resume what was agreed when
 * another CA was.
 */
final class PeerCheck implements ServerInterceptor {

  /** Not set where there is no TLS. */
  static final Context.Key<String> PEER = Context.key("weft-peer");

  private final Identity identity;

  PeerCheck(Identity identity) {
    this.identity = identity;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    var chain = session == null ? List.<X509Certificate>of() : chain(session);
    if (chain.isEmpty() || !identity.isBelieved(chain)) {
      var status =
          Status.UNAUTHENTICATED.withDescription(
              "no certificate that is believed here now (expected: one)");
      call.close(status, new Metadata());
      return new ServerCall.Listener<>() {};
    }
    var context = Context.current().withValue(PEER, PeerName.of(chain.getFirst()));
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static List<X509Certificate> chain(SSLSession session) {
    try {
      return Arrays.stream(session.getPeerCertificates())
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }
}
