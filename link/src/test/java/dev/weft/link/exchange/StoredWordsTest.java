package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Nodes of two releases understand each other: what this one says over a stream is what stands
 * here, and what stands here is understood. A form that was ever released stays.
 */
class StoredWordsTest {

  private static final ByteString CONTENT = ByteString.copyFromUtf8("weft");

  private static void assertStored(String hex, MessageLite written) {
    assertEquals(hex, HexFormat.of().formatHex(written.toByteArray()));
  }

  private static Sent sent(String hex) throws InvalidProtocolBufferException {
    return Sent.parseFrom(HexFormat.of().parseHex(hex));
  }

  private static Returned returned(String hex) throws InvalidProtocolBufferException {
    return Returned.parseFrom(HexFormat.of().parseHex(hex));
  }

  @Test
  void aHello() throws InvalidProtocolBufferException {
    var stored = "0a230801120b74696c6c2e73686f702d3719fbffffffffffffff20032a0307ac0230808040";
    assertStored(stored, ExchangeCodec.hello("till.shop-7", -5, 3, List.of(7L, 300L), 1 << 20));
    var hello = sent(stored).getHello();
    assertEquals("till.shop-7", hello.getSource());
    assertEquals(-5, hello.getIncarnation());
    assertEquals(3, hello.getStream());
    assertEquals(List.of(7L, 300L), hello.getAwaitedList());
    assertEquals(1 << 20, hello.getAnswerBytesMax());
  }

  @Test
  void aRequest() throws InvalidProtocolBufferException {
    var stored = "121708091a04776566742004280232056672616d653880f104";
    var request = new Request("frame", 2, CONTENT.toByteArray(), Duration.ofMillis(80));
    var pending = new Pending(request, 0);
    pending.sequence = 9;
    assertStored(stored, ExchangeCodec.request(pending, 0, CONTENT, 0));
    var header = ExchangeCodec.header(sent(stored).getPart());
    assertEquals(new Source.Header(9, "frame", 2, 4, 80_000_000), header);
    assertEquals(CONTENT, sent(stored).getPart().getContent());
  }

  @Test
  void whatASenderSaysOfRequests() throws InvalidProtocolBufferException {
    assertStored("1a020809", ExchangeCodec.cancel(9));
    assertEquals(9, sent("1a020809").getCancel().getSequence());
    assertStored("22040a020907", ExchangeCodec.settled(List.of(9L, 7L)));
    assertEquals(List.of(9L, 7L), sent("22040a020907").getSettled().getSequencesList());
    assertStored("2a020805", ExchangeCodec.ping(5));
    assertEquals(5, sent("2a020805").getPing().getNumber());
  }

  @Test
  void aWelcome() throws InvalidProtocolBufferException {
    var stored =
        "0a360801100118ac022201072a2a"
            + "0a0808800210808080200a0808800210808080200a07084010808080200a070810108080802010808040";
    var settings = TestSettings.quick(Map.of("payload-bytes-max", 1 << 20));
    assertStored(stored, ExchangeCodec.welcome(true, 300, List.of(7L), settings));
    var welcome = returned(stored).getWelcome();
    assertEquals(true, welcome.getIsKnown());
    assertEquals(300, welcome.getThrough());
    assertEquals(List.of(7L), welcome.getLostList());
    assertEquals(settings.lanes(), ExchangeCodec.lanes(welcome.getLimits()));
    assertEquals(1 << 20, welcome.getLimits().getPayloadBytesMax());
  }

  @Test
  void whatAReceiverSaysOfRequests() throws InvalidProtocolBufferException {
    var answer = "120a08091a04776566742004";
    var refusal = "1a0c0809100518012204676f6e65";
    assertEquals("weft", returned(answer).getPart().getContent().toStringUtf8());
    assertStored(answer, ExchangeCodec.answer(9, 4, 0, CONTENT));
    var refused = Answer.Refused.perhapsAfter(Reason.FORGOTTEN, "gone");
    assertStored(refusal, ExchangeCodec.refusal(9, refused));
    assertEquals(refused, ExchangeCodec.refused(returned(refusal).getRefusal()));
    assertStored("3a00", ExchangeCodec.farewell());
    assertEquals(Returned.SaidCase.FAREWELL, returned("3a00").getSaidCase());
    assertStored("2a03088008", ExchangeCodec.received(1_024));
    assertStored("32020805", ExchangeCodec.pong(5));
  }

  @Test
  void whatANewerReleaseMaySayBesideIsPassedOver() throws InvalidProtocolBufferException {
    var unknown = "ba0602" + "0801";
    assertEquals(Returned.SaidCase.SAID_NOT_SET, returned(unknown).getSaidCase());
    assertEquals(Sent.SaidCase.SAID_NOT_SET, sent(unknown).getSaidCase());
  }
}
