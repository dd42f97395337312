// Folds a session that is nearly right: well-formed rows and sound whose numbers come from the
// input. The input is a byte of settings, then the steps of Story::step. The results of the fold
// must be in order, and the same when the recording is cut elsewhere. At most kStepsMax steps and,
// with rendered sound, a few seconds, so that thousands of inputs run in a minute.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "domain/recording/fold/fold_check_for_fuzz.hpp"
#include "domain/recording/fold/scenario_for_test.hpp"

namespace {

using namespace reprise::recording;

constexpr int kStepsMax = 96;
constexpr double kRenderedFramesMax = 3 * 48'000;
constexpr double kFramesMax = 30 * 48'000;
/// The seq of the chunk. With it no place is further away than a minute and a half; without it one
/// message could go a day ahead, which costs the fold 22 s of processor time.
constexpr std::int64_t kSeq = 2;

/// The input as a stream of numbers; zeros once it has ended.
class Numbers {
 public:
  Numbers(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  bool wild = true;  ///< `near` may give anything
  bool empty() const { return left_ == 0; }
  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  /// Mostly a number near `expected`, sometimes any number.
  std::int64_t near(std::int64_t expected) {
    const int kind = byte();
    if (kind < 160) return expected;
    if (kind < 200) return expected + byte() - 128;
    if (kind < 240 || !wild) return expected + (byte() - 128) * 480;
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    // keeps the times within an int64
    return static_cast<std::int64_t>(value >> (16 + kind % 16 * 3));
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

class Story {
 public:
  explicit Story(Numbers numbers) : in_(numbers) {
    const auto settings = in_.byte();
    render_ = (settings & 1) != 0;
    session_.row_lag_us = (settings >> 1 & 3) * 250'000;
    session_.page_ppm = (settings >> 3 & 3) * 100.0 - 100;
    in_.wild = !render_;  // a jump of a minute is many blocks to render
    // The first position may be anywhere within a day, and the fold then goes there, which is
    // correct but too slow for this fuzzer. After it, one message jumps a minute at most. The log
    // time of this row comes before everything, however late the rows are.
    session_.json(Topic::Clock, session_.page_us(-48'000),
                  fmt::format(R"({{"kind":"render","context_frame":48,"page_us":{}}})",
                              session_.page_us(48)));
    session_.anchors(12'000, 24'000);
    if ((settings & 32) == 0) session_.started();
    for (int i = 0; i < kStepsMax && !in_.empty(); ++i) step();
    if ((settings & 64) == 0) session_.ended(frame());
  }
  bool render() const { return render_; }
  /// The whole session as one chunk.
  reprise::Bytes chunk() const {
    return session_.chunks([](std::size_t) { return false; }).front();
  }

 private:
  std::int64_t frame() const { return static_cast<std::int64_t>(at_); }
  std::int64_t near_now() { return in_.near(frame()); }
  std::vector<std::int16_t> samples(std::size_t count) {
    return std::vector<std::int16_t>(count, static_cast<std::int16_t>(in_.byte() * 256 - 32'768));
  }
  void step() {
    at_ = std::min(at_ + in_.byte() * 480.0, render_ ? kRenderedFramesMax : kFramesMax);
    const int kind = in_.byte() % 16;
    if (kind < 4) return sound(kind);
    if (kind < 9) return playout(kind);
    if (kind < 12) return clock(kind);
    rest(kind);
  }
  void sound(int kind) {
    if (kind < 2) {
      const auto count = std::size_t{in_.byte()} * 40;
      const auto first = in_.near(mic_next_);
      mic_next_ = first + static_cast<std::int64_t>(count);
      session_.mic(first, near_now(), samples(count));
    } else {
      const auto count = std::size_t{in_.byte()} * 60;
      const auto first = in_.near(model_next_);
      model_next_ = first + static_cast<std::int64_t>(count);
      session_.wire_audio(at_, item_, first, static_cast<std::int64_t>(count));
      session_.model(first, at_, samples(count));
    }
  }
  void playout(int kind) {
    switch (kind) {
      case 4: {
        const std::int64_t count = std::int64_t{in_.byte()} * 60;
        const auto first = in_.near(heard_next_);
        session_.span(item_, first, count, in_.near(frame() & ~std::int64_t{1}));
        heard_next_ = first + count;
        break;
      }
      case 5:
        session_.playout(at_, fmt::format(R"("kind":"fade","context_frame":{},"sample_count":{})",
                                          near_now(), in_.near(120)));
        break;
      case 6:
        session_.playout(
            at_, fmt::format(R"("kind":"flush","context_frame":{},"item":{},"dropped_samples":{})",
                             near_now(), in_.near(item_), in_.near(480)));
        break;
      case 7:
        session_.playout(at_, fmt::format(R"("kind":"item","item":{},"first_sample":{})", ++item_,
                                          in_.near(model_next_)));
        break;
      default:
        session_.playout(
            at_, fmt::format(R"("kind":"item_end","item":{},"sample_count":{},"complete":{})",
                             in_.near(item_), in_.near(model_next_), in_.byte() % 2 == 0));
    }
  }
  void clock(int kind) {
    const auto page = session_.page_us(at_);
    if (kind < 11) {
      session_.row(Topic::Clock, at_,
                   fmt::format(R"("kind":"{}","context_frame":{},"page_us":{})",
                               kind == 9 ? "output" : "render", near_now(), in_.near(page)));
      return;
    }
    std::string blocks;
    std::vector<std::uint8_t> envelope;
    for (int i = in_.byte() % 26; i > 0; --i) {
      blocks += fmt::format("{}[{},{},{}]", blocks.empty() ? "" : ",", in_.near(i * 10'000),
                            in_.near(page - i * 10'000), in_.near(480));
      envelope.push_back(in_.byte());
    }
    session_.row(
        Topic::Clock, at_,
        fmt::format(R"("kind":"microphone","sample_rate":48000,"blocks":[{}],"envelope":"{}")",
                    blocks, scenario::base64_of(envelope)));
  }
  void rest(int kind) {
    constexpr const char* kEvents[] = {"mute", "camera", "video_skipped", "interrupted"};
    constexpr const char* kWords[] = {"one", " two. ", "", " three"};
    const auto which = in_.byte();
    switch (kind) {
      case 12:
        session_.event(
            at_, fmt::format(R"("kind":"{}","on":{},"count":{},"item":{})", kEvents[which % 4],
                             which < 128, in_.near(3), in_.near(item_)));
        break;
      case 13:
        session_.picture(static_cast<std::uint32_t>(in_.near(picture_++)), which % 4 != 0,
                         in_.near(session_.page_us(at_)), session_.page_us(at_));
        break;
      case 14:
        (which < 128 ? session_.said(at_, kWords[which % 4])
                     : session_.says(at_, kWords[which % 4]));
        break;
      default:
        session_.wire(at_, which < 128 ? R"({"serverContent":{"turnComplete":true}})"
                                       : R"({"serverContent":{"interrupted":true}})");
    }
  }

  Numbers in_;
  scenario::Session session_;
  bool render_ = false;
  double at_ = 480;
  std::int64_t mic_next_ = 0;
  std::int64_t model_next_ = 0;
  std::int64_t heard_next_ = 0;
  std::int64_t item_ = 0;
  std::int64_t picture_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Story story(Numbers(data, size));
  const reprise::Bytes bytes = story.chunk();
  const auto chunk = parse_chunk(bytes);
  // The writer can make a chunk with absurd times; the server refuses it, too.
  if (!chunk) return 0;
  OrderCheck::demand(fold_messages(chunk->messages, 1, story.render(), kSeq) ==
                     fold_messages(chunk->messages, 1'000, story.render(), kSeq));
  return 0;
}
