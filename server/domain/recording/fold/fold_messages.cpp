// How the fold handles the messages of each channel.

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "domain/recording/fold/fold_state.hpp"

namespace reprise::recording {
namespace json = boost::json;
namespace {

/// Log times outside these are not the page clock: about 1970 to 2096.
constexpr std::int64_t kLogTimeNsMax = 4'000'000'000'000'000'000;

}  // namespace

void Fold::State::on(const Message& message) {
  const LogNs log(std::clamp<std::int64_t>(message.log_time_ns, 0, kLogTimeNsMax));
  front.advance(Frame(0), log);
  switch (message.topic) {
    case Topic::MicPcm:
      on_mic(message, log);
      break;
    case Topic::ModelPcm:
      on_model(message, log);
      break;
    case Topic::CameraVideo:
      on_camera(message, log);
      break;
    case Topic::Playout:
      on_playout(rows.playout(message.data), log);
      break;
    case Topic::Clock:
      on_clock(rows.clock(message.data), log);
      break;
    case Topic::Session:
      on_session(rows.session(message.data), log);
      break;
    case Topic::Events:
      if (const auto row = rows.event(message.data)) {
        on_event(*row, log);
      } else {
        leave_out(Topic::Events);
      }
      break;
    case Topic::WireRx:
    case Topic::WireTx:
      on_wire(message, log);
      break;
    case Topic::FramesJpeg:
    case Topic::Health:
    case Topic::Unknown:
      break;
  }
}

void Fold::State::on_mic(const Message& message, LogNs log) {
  const auto audio = decode_audio(message.data);
  const bool ours = audio && audio->sample_rate == kMicRate && audio->channels == 1;
  auto samples = ours ? samples_of(audio->pcm) : std::vector<std::int16_t>();
  const MicSample first(message.sequence);
  const MicSample count(std::ssize(samples));
  if (ours && samples.empty()) return;
  if (!ours || !front.plausible(mic_map.frame_of(first + count), log)) {
    mic_loss.leave_out();
    return leave_out(message.topic);
  }
  if (!mic_loss.add(first, count)) return leave_out(message.topic);
  front.advance(mic_map.frame_of(first + count), log);
  lag.add_mic(first, samples);
  person.add(first, std::move(samples));
}

void Fold::State::on_model(const Message& message, LogNs) {
  const auto audio = decode_audio(message.data);
  const bool ours = audio && audio->sample_rate == kModelRate && audio->channels == 1;
  auto samples = ours ? samples_of(audio->pcm) : std::vector<std::int16_t>();
  const ModelSample first(message.sequence);
  const ModelSample count(std::ssize(samples));
  // The model may send far ahead of what is played.
  if (!ours || first + count > model_samples_of(front.limit()) + kModelPendingSamplesMax) {
    model_loss.leave_out(front.frame());
    return leave_out(message.topic);
  }
  if (samples.empty()) return;
  if (!model_loss.add(first, count, holes.arrival(front.frame()))) {
    return leave_out(message.topic);
  }
  envelope.add(first, samples);
  model.add(first, std::move(samples));
}

void Fold::State::on_camera(const Message& message, LogNs log) {
  if (message.sequence < next_picture) {
    camera_loss.repeat();
    return leave_out(message.topic);
  }
  const auto picture = decode_video(message.data);
  const bool ours =
      picture && picture->format == "vp9" && std::abs(picture->timestamp_ns / 1000) <= kClockUsMax;
  if (!ours || !pictures.add(*picture, message.sequence, log, front.frame())) {
    camera_loss.leave_out(front.frame());
    return leave_out(message.topic);
  }
  if (message.sequence > next_picture) {
    camera_loss.miss(message.sequence - next_picture, front.frame());
  }
  next_picture = std::int64_t{message.sequence} + 1;
  camera_loss.keep(front.frame());
}

void Fold::State::on_playout(const PlayoutRow& row, LogNs log) {
  const auto now = front.frame();
  if (const auto* span = std::get_if<SpanRow>(&row)) {
    const Frame end = span->end_frame();
    if (!front.plausible(end, log)) return leave_out(Topic::Playout);
    find_lost_span(*span);
    if (!model.add(*span)) return leave_out(Topic::Playout);
    last_span = *span;
    front.advance(end, log);
    if (!items.on(*span, now)) leave_out(Topic::Playout);
  } else if (const auto* fade = std::get_if<FadeRow>(&row)) {
    const bool plausible = front.plausible(fade->context_frame, log);
    if (!plausible || !model.add(*fade)) leave_out(Topic::Playout);
  } else if (const auto* flush = std::get_if<FlushRow>(&row)) {
    if (!front.plausible(flush->context_frame, log)) return leave_out(Topic::Playout);
    items.on(*flush);
  } else if (const auto* underrun = std::get_if<UnderrunRow>(&row)) {
    if (!front.plausible(underrun->context_frame, log)) return leave_out(Topic::Playout);
    events.add(Event{ns_of_frame(underrun->context_frame), "underrun",
                     json::serialize(json::object{{"prebuffer_ms", underrun->prebuffer_ms}})});
  } else if (const auto* item = std::get_if<ItemRow>(&row)) {
    items.on(*item, now);
  } else if (const auto* end = std::get_if<ItemEndRow>(&row)) {
    items.on(*end);
  } else if (std::holds_alternative<RefusedRow>(row)) {
    leave_out(Topic::Playout);
  }
}

/// Rows that were lost with a chunk are made again where the sound went on without a pause: the
/// samples came before it, since the model sends faster than it speaks.
void Fold::State::find_lost_span(const SpanRow& next) {
  if (!last_span || last_span->item != next.item) return;
  const SpanRow lost{next.item, last_span->end_sample(),
                     next.first_sample - last_span->end_sample(), last_span->end_frame()};
  const bool fits = lost.sample_count > ModelSample(0) && lost.end_frame() == next.context_frame;
  if (fits && model.add(lost)) items.on(lost, front.frame());
}

void Fold::State::on_clock(const ClockRow& row, LogNs log) {
  if (const auto* output = std::get_if<OutputRow>(&row)) {
    if (!front.advance(output->context_frame, log)) return leave_out(Topic::Clock);
    page.add_output(output->page, output->context_frame);
  } else if (const auto* rendered = std::get_if<RenderRow>(&row)) {
    if (!front.advance(rendered->context_frame, log)) return leave_out(Topic::Clock);
    page.add_render(rendered->page, rendered->context_frame);
  } else if (const auto* mic = std::get_if<MicRow>(&row)) {
    if (!front.advance(mic->context_frame, log)) return leave_out(Topic::Clock);
    if (!mic_map.add(mic->first_sample, mic->context_frame)) leave_out(Topic::Clock);
  } else if (const auto* batch = std::get_if<MicrophoneRow>(&row)) {
    lag.add_batch(*batch);
  } else if (std::holds_alternative<RefusedRow>(row)) {
    leave_out(Topic::Clock);
  }
}

void Fold::State::on_session(const SessionRow& row, LogNs log) {
  if (const auto* started = std::get_if<StartedRow>(&row)) {
    view.started_device_ns = ns_of(started->page);
    view.model = beginning_of(started->model, kShownNameBytesMax);
    mic_map.set_delay(
        started->mic_delay.value_or(Frame(pcm::delay_frames_of(pcm::FirTable::MicDown3))));
    page.set_fallback(started->page, Frame(0));
  } else if (const auto* ended = std::get_if<EndedRow>(&row)) {
    view.end_reason = beginning_of(ended->reason, kShownNameBytesMax);
    if (!ended->context_frame) return;
    if (!front.advance(*ended->context_frame, log)) return leave_out(Topic::Session);
    end_frame = ended->context_frame;
  } else if (std::holds_alternative<RefusedRow>(row)) {
    leave_out(Topic::Session);
  }
}

void Fold::State::on_event(const EventRow& row, LogNs log) {
  if (row.context_frame && !front.plausible(*row.context_frame, log)) {
    return leave_out(Topic::Events);
  }
  events.add(row, front.frame());
  const auto frame = row.context_frame.value_or(
      Frame(std::llround(std::clamp(page.rendered_frame(static_cast<double>(row.page.value)), 0.0,
                                    static_cast<double>(front.frame().value)))));
  constexpr std::size_t kMutesMax = 1000;
  if (row.kind == "mute" && row.on) {
    if (mutes.size() >= kMutesMax) return leave_out(Topic::Events);
    mutes.push_back({frame.value, *row.on});
  }
  if (row.kind == "camera" && row.on && !pictures.switched(frame, *row.on)) {
    leave_out(Topic::Events);
  }
  if (row.kind == "video_skipped") camera_loss.miss(row.count.value_or(1), frame);
}

void Fold::State::on_wire(const Message& message, LogNs log) {
  const bool received = message.topic == Topic::WireRx;
  auto row = received ? rows.wire_rx(message.data) : rows.wire_tx(message.data);
  auto& loss = received ? rx_loss : tx_loss;
  loss.add(message.sequence, row ? std::optional(row->socket) : std::nullopt, row ? row->index : 0,
           holes.arrival(front.frame()));
  if (!row) return;
  row->typed_text = words.take(std::move(row->typed_text));
  row->output_text = words.take(std::move(row->output_text));
  row->input_text = words.take(std::move(row->input_text));
  for (auto& part : row->written) part = words.take(std::move(part));
  if (!row->typed_text.empty()) items.typed();
  view.tokens += row->tokens;
  if (received) items.on_wire(*row, ms_of(log), front.frame());
  events.on_wire(*row, page_us_of(log), front.frame());
}

}  // namespace reprise::recording
