package dev.weft.gateway.http;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** A content coding of HTTP that bodies come and go in; deflate is the one with a zlib header. */
enum Encoding {
  GZIP,
  DEFLATE;

  /** As it stands in headers. */
  String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The encoding that a {@code Content-Encoding} names; empty for none.
   *
   * @throws ProtocolException for any other, and for several
   */
  static Optional<Encoding> ofContent(Optional<String> header) {
    var token = header.orElse("identity").strip().toLowerCase(Locale.ROOT);
    return switch (token) {
      case "", "identity" -> Optional.empty();
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "deflate" -> Optional.of(DEFLATE);
      default ->
          throw new ProtocolException(
              Fault.UNSUPPORTED_ENCODING,
              "Content-Encoding: '%s' (expected: gzip, deflate or identity)"
                  .formatted(token.length() > 40 ? token.substring(0, 40) : token));
    };
  }

  /** The encoding to answer in for this {@code Accept-Encoding}; empty for none. */
  static Optional<Encoding> accepted(Optional<String> header) {
    var accepted =
        List.of(header.orElse("").toLowerCase(Locale.ROOT).split(",")).stream()
            .map(String::strip)
            .filter(part -> !part.matches(".*;\\s*q\\s*=\\s*0(\\.0*)?"))
            .map(part -> part.split(";", 2)[0].strip())
            .toList();
    return List.of(values()).stream()
        .filter(encoding -> accepted.contains(encoding.token()) || accepted.contains("*"))
        .findFirst();
  }

  /**
   * The content of an encoded body, inflated as it is read: a reader who stops inflates no more.
   *
   * @throws ProtocolException if it is no such body, here or when it is read
   */
  InputStream inflated(InputStream body) throws IOException {
    try {
      return new Inflated(
          this == GZIP ? new GZIPInputStream(body, 8192) : new InflaterInputStream(body), this);
    } catch (ZipException | EOFException e) {
      throw broken(this, e);
    }
  }

  byte[] deflated(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream(content.length / 2);
    try (OutputStream out =
        this == GZIP ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static ProtocolException broken(Encoding encoding, IOException e) {
    return new ProtocolException(
        Fault.INVALID,
        "body: not %s: %s (expected: as Content-Encoding says)"
            .formatted(encoding.token(), e.getMessage()));
  }

  /** Tells apart what is wrong with the body from what is wrong with the connection. */
  private static final class Inflated extends FilterInputStream {

    private final Encoding encoding;

    Inflated(InputStream in, Encoding encoding) {
      super(in);
      this.encoding = encoding;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (ZipException | EOFException e) {
        throw broken(encoding, e);
      }
    }
  }
}
