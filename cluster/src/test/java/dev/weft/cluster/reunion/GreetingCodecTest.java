package dev.weft.cluster.reunion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.cluster.site.SiteName;
import java.io.NotSerializableException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GreetingCodecTest {

  private static final Life TILL =
      new Life("akka://weft@10.7.0.5:25520", -5, new SiteName("shop-7"));
  private static final Greeting GREETING =
      new Greeting(TILL, Set.of("dc-shop-7"), "1.2", 3, true, List.of(TILL));

  private final GreetingCodec codec = new GreetingCodec();

  private Object read(byte[] bytes) throws NotSerializableException {
    return codec.fromBinary(bytes, "cluster.greeting.v1");
  }

  @Test
  void comesOutAsItWentIn() throws NotSerializableException {
    var told = new ReunionActor.Greeted(GREETING);
    assertEquals("cluster.greeting.v1", codec.manifest(told));
    assertEquals(told, read(codec.toBinary(told)));
  }

  @Test
  void readsWhatTheFirstReleaseWrote() throws NotSerializableException {
    var life =
        "0a1a616b6b613a2f2f776566744031302e372e302e353a323535323011fbffffffffffffff1a0673686f702d37";
    var stored =
        "0a2d" + life + "120964632d73686f702d371a03312e32210300000000000000280132" + "2d" + life;
    assertEquals(new ReunionActor.Greeted(GREETING), read(HexFormat.of().parseHex(stored)));
  }

  @Test
  void refusesWhatIsNoGreeting() {
    assertThrows(NotSerializableException.class, () -> read(new byte[] {0x0a, 0x00}));
    assertThrows(NotSerializableException.class, () -> read(new byte[] {0x7f}));
    assertThrows(
        NotSerializableException.class, () -> codec.fromBinary(new byte[0], "cluster.greeting.v9"));
    assertThrows(IllegalArgumentException.class, () -> codec.toBinary("hello"));
  }
}
