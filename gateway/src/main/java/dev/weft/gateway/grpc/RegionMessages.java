package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.SystemSharedMemoryRegisterRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryRegisterResponse;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryStatusRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryStatusResponse;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryStatusResponse.RegionStatus;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryUnregisterRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryUnregisterResponse;
import dev.weft.gateway.region.Region;
import dev.weft.gateway.region.Regions;
import java.util.List;

/** What clients ask of a tenant's regions of shared memory, as messages. */
final class RegionMessages {

  private RegionMessages() {}

  /** All of them, if the request names none. */
  static SystemSharedMemoryStatusResponse status(
      Regions regions, String tenant, SystemSharedMemoryStatusRequest request) {
    var found =
        request.getName().isEmpty()
            ? regions.all(tenant)
            : List.of(regions.one(tenant, request.getName()));
    var status = SystemSharedMemoryStatusResponse.newBuilder();
    for (var region : found) {
      status.putRegions(
          region.name(),
          RegionStatus.newBuilder()
              .setName(region.name())
              .setKey(region.key())
              .setOffset(region.offset())
              .setByteSize(region.bytes())
              .build());
    }
    return status.build();
  }

  /** A number above those that are signed is refused as a negative one is. */
  static SystemSharedMemoryRegisterResponse register(
      Regions regions, String tenant, SystemSharedMemoryRegisterRequest request) {
    regions.register(
        tenant,
        new Region(
            request.getName(), request.getKey(), request.getOffset(), request.getByteSize()));
    return SystemSharedMemoryRegisterResponse.getDefaultInstance();
  }

  /** All of them, if the request names none. */
  static SystemSharedMemoryUnregisterResponse unregister(
      Regions regions,
      String tenant,
      boolean isAdmin,
      SystemSharedMemoryUnregisterRequest request) {
    if (request.getName().isEmpty()) {
      regions.unregisterAll(tenant, isAdmin);
    } else {
      regions.unregister(tenant, request.getName());
    }
    return SystemSharedMemoryUnregisterResponse.getDefaultInstance();
  }
}
