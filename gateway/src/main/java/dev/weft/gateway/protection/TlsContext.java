package dev.weft.gateway.protection;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS for servers as the files say now: each connection asks anew, so that one that begins after a
 * change has the new certificate, and those before go on. A session of before is not resumed.
 */
public final class TlsContext extends SSLContext {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final boolean needsClientCertificate;

  TlsContext(Supplier<SSLContext> current, boolean needsClientCertificate) {
    super(new Current(current), current.get().getProvider(), "TLS");
    this.needsClientCertificate = needsClientCertificate;
  }

  /** Whether clients must show a certificate. */
  public boolean needsClientCertificate() {
    return needsClientCertificate;
  }

  /** What every connection must keep to. */
  public SSLParameters parameters() {
    var parameters = new SSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(needsClientCertificate);
    return parameters;
  }

  private static final class Current extends SSLContextSpi {

    private final Supplier<SSLContext> current;

    private Current(Supplier<SSLContext> current) {
      this.current = current;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("its files say what it holds");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return current.get().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return current.get().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return current.get().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return current.get().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return current.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return current.get().getClientSessionContext();
    }
  }
}
