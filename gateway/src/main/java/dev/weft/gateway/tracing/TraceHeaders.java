package dev.weft.gateway.tracing;

import java.util.List;

/** The headers, or metadata, by which a request says which trace it belongs to. */
@FunctionalInterface
public interface TraceHeaders {

  /** Which span called, and whether it is traced ("Trace Context", W3C, §3.2). */
  String TRACEPARENT = "traceparent";

  /** What others want to be handed on with it (§3.3). */
  String TRACESTATE = "tracestate";

  /**
   * All values of a header, in their order; none if it is not there.
   *
   * @param name {@link #TRACEPARENT} or {@link #TRACESTATE}
   */
  List<String> all(String name);
}
