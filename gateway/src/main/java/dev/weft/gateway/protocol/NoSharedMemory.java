package dev.weft.gateway.protocol;

import java.nio.ByteBuffer;

/** Where there is no shared memory: whatever is said to lie there is refused. */
enum NoSharedMemory implements SharedMemory {
  OFF(Fault.NOT_OFFERED, "which is off"),
  FOR_PAGES(Fault.FOREIGN, "which is not for pages of browsers");

  private final Fault fault;
  private final String why;

  NoSharedMemory(Fault fault, String why) {
    this.fault = fault;
    this.why = why;
  }

  @Override
  public void require(String tensor, SharedPlace at) {
    throw new ProtocolException(
        fault,
        "%s: in shared memory, %s (expected: in the request, or in the answer)"
            .formatted(tensor, why));
  }

  @Override
  public void read(String tensor, SharedPlace at, ByteBuffer target) {
    require(tensor, at);
  }

  @Override
  public void write(String tensor, SharedPlace at, ByteBuffer content) {
    require(tensor, at);
  }
}
