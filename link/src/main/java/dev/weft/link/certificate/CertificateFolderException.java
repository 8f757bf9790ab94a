package dev.weft.link.certificate;

/** Says what cannot be done with a folder of certificates, and what was expected. */
public final class CertificateFolderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CertificateFolderException(String message) {
    super(message);
  }

  CertificateFolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
