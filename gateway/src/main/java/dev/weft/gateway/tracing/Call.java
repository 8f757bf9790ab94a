package dev.weft.gateway.tracing;

/** What of a request is its protocol's, and not the model's. */
public sealed interface Call {

  /**
   * @param route the path as it stands in the documentation
   */
  record Http(String method, String path, String route, String scheme) implements Call {}

  /**
   * @param service its full name
   */
  record Rpc(String service, String method) implements Call {}
}
