package dev.weft.gateway.protocol;

import java.nio.ByteBuffer;

/** Where there is no shared memory: whatever is said to lie there is refused. */
enum NoSharedMemory implements SharedMemory {
  INSTANCE;

  @Override
  public void require(String tensor, SharedPlace at) {
    throw new ProtocolException(
        Fault.NOT_OFFERED,
        tensor + ": in shared memory, which is off (expected: in the request, or in the answer)");
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
