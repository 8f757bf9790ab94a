package dev.weft.gateway.tracing;

import io.opentelemetry.api.common.AttributeKey;

/** Names of attributes: OpenTelemetry's own, by its semantic conventions, and those of Weft. */
final class Names {

  static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  static final AttributeKey<String> SERVICE_VERSION = AttributeKey.stringKey("service.version");

  static final AttributeKey<String> HTTP_METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> HTTP_ROUTE = AttributeKey.stringKey("http.route");
  static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> URL_PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<String> URL_SCHEME = AttributeKey.stringKey("url.scheme");

  static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
  static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
  static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
  static final AttributeKey<Long> RPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");

  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  static final AttributeKey<String> PIPELINE = AttributeKey.stringKey("weft.pipeline");
  static final AttributeKey<String> FRAME = AttributeKey.stringKey("weft.frame");
  static final AttributeKey<String> LANE = AttributeKey.stringKey("weft.lane");
  static final AttributeKey<String> TENANT = AttributeKey.stringKey("weft.tenant");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("weft.outcome");

  static final AttributeKey<Double> STALE = AttributeKey.doubleKey("weft.stale_seconds");

  static final AttributeKey<String> STEP = AttributeKey.stringKey("weft.step");
  static final AttributeKey<String> STAGE = AttributeKey.stringKey("weft.stage");
  static final AttributeKey<String> VARIANT = AttributeKey.stringKey("weft.variant");
  static final AttributeKey<Boolean> IS_DEGRADED = AttributeKey.booleanKey("weft.degraded");
  static final AttributeKey<Double> QUEUED = AttributeKey.doubleKey("weft.queued_seconds");
  static final AttributeKey<Double> RAN = AttributeKey.doubleKey("weft.ran_seconds");
  static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("weft.batch_size");
  static final AttributeKey<String> REASON = AttributeKey.stringKey("weft.reason");
  static final AttributeKey<String> FLAG = AttributeKey.stringKey("weft.flag");
  static final AttributeKey<String> RULE = AttributeKey.stringKey("weft.rule");

  private Names() {}
}
