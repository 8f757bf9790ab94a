package dev.weft.gateway.http;

import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import io.helidon.http.encoding.ContentEncodingContext;
import java.util.Set;

/**
 * Tells the HTTP stack to let bodies in the encodings of {@link Encoding} through as they are: they
 * are inflated where the bound on what comes out of them is known.
 */
final class PassedThrough implements ContentEncoding {

  static ContentEncodingContext context() {
    return ContentEncodingContext.builder()
        .contentEncodingsDiscoverServices(false)
        .addContentEncoding(new PassedThrough())
        .build();
  }

  @Override
  public Set<String> ids() {
    return Set.of("gzip", "x-gzip", "deflate");
  }

  @Override
  public boolean supportsEncoding() {
    return false;
  }

  @Override
  public boolean supportsDecoding() {
    return true;
  }

  @Override
  public ContentDecoder decoder() {
    return ContentDecoder.NO_OP;
  }

  @Override
  public ContentEncoder encoder() {
    return ContentEncoder.NO_OP;
  }

  @Override
  public String name() {
    return "passed-through";
  }

  @Override
  public String type() {
    return "passed-through";
  }
}
