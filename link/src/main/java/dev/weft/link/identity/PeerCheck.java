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
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Tells services who calls. */
final class PeerCheck implements ServerInterceptor {

  /** Not set where there is no TLS. */
  static final Context.Key<String> PEER = Context.key("weft-peer");

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return next.startCall(call, headers);
    }
    var certificate = certificate(session);
    if (certificate.isEmpty()) {
      var none = Status.UNAUTHENTICATED.withDescription("no certificate (expected: one)");
      call.close(none, new Metadata());
      return new ServerCall.Listener<>() {};
    }
    var context = Context.current().withValue(PEER, PeerName.of(certificate.get()));
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static Optional<X509Certificate> certificate(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
