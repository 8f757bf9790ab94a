package dev.weft.gateway.http;

import dev.weft.gateway.access.Guard;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.region.Region;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Registers regions of shared memory, and tells which there are. */
record RegionDesk(Serving serving, SmallBodies bodies, Replies replies) {

  void answer(
      RegionRoute asked, Guard.Admission admission, ServerRequest request, ServerResponse response)
      throws IOException {
    var regions = serving.regions();
    var tenant = Serving.owner(admission);
    switch (asked) {
      case RegionRoute.Status(var name) -> {
        var found =
            name.map(one -> List.of(regions.one(tenant, one))).orElseGet(() -> regions.all(tenant));
        replies.array(
            request, response, found.stream().<Map<String, ?>>map(RegionDesk::object).toList());
      }
      case RegionRoute.Register(var name) -> {
        PageOrigin.requireNone(request);
        regions.register(tenant, region(name, request));
        replies.json(request, response, 200, Map.of());
      }
      case RegionRoute.Unregister(var name) -> {
        PageOrigin.requireNone(request);
        name.ifPresentOrElse(
            one -> regions.unregister(tenant, one),
            () -> regions.unregisterAll(tenant, admission.caller().isAdmin()));
        replies.json(request, response, 200, Map.of());
      }
    }
  }

  private static Map<String, Object> object(Region region) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", region.name());
    object.put("key", region.key());
    object.put("offset", region.offset());
    object.put("byte_size", region.bytes());
    return object;
  }

  private Region region(String name, ServerRequest request) throws IOException {
    var body = bodies.object(request);
    if (body.get("key") instanceof String key
        && body.getOrDefault("offset", 0L) instanceof Long offset
        && body.get("byte_size") instanceof Long bytes) {
      return new Region(name, key, offset, bytes);
    }
    throw new ProtocolException(
        Fault.INVALID,
        "region '%s': key, offset or byte_size missing or of another kind (expected:"
                .formatted(name)
            + " {\"key\": TEXT, \"offset\": NUMBER, \"byte_size\": NUMBER})");
  }
}
