package dev.weft.link.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and its key. */
record Identification(X509Certificate certificate, PrivateKey key) {}
