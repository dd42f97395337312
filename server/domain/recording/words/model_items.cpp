#include "domain/recording/words/model_items.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace reprise::recording {

ModelItem* ModelItems::item(std::int64_t id, Frame now, ModelSample first_sample) {
  if (is_full() && !index_of_.contains(id)) {
    if (last_left_out_ != id) ++left_out_;
    last_left_out_ = id;
    return nullptr;
  }
  const auto [found, is_new] = index_of_.try_emplace(id, items_.size());
  if (is_new) {
    auto& added = items_.emplace_back();
    added.first_sample = added.end_sample = first_sample;
    added.arrival_frame = now;
  }
  auto& item = items_[found->second];
  item.first_sample = std::min(item.first_sample, first_sample);
  return &item;
}

bool ModelItems::on(const SpanRow& row, Frame now) {
  if (row.sample_count == ModelSample(0)) return true;
  auto* const known = this->item(row.item, now, row.first_sample);
  if (known == nullptr) return false;
  auto& item = *known;
  const RenderedRun next{row.first_sample, row.sample_count, row.context_frame};
  item.end_sample = std::max(item.end_sample, next.end_sample());
  if (!item.runs.empty()) {
    auto& last = item.runs.back();
    if (next.first_sample < last.end_sample() || next.context_frame < last.end_frame()) return true;
    if (next.first_sample == last.end_sample() && next.context_frame == last.end_frame()) {
      last.sample_count += next.sample_count;
      return true;
    }
  }
  if (run_count_ >= kRenderedRunsMax) return false;
  ++run_count_;
  item.runs.push_back(next);
  return true;
}

void ModelItems::on(const FlushRow& row) {
  const auto found = row.item ? index_of_.find(*row.item) : index_of_.end();
  if (found == index_of_.end()) return;
  auto& item = items_[found->second];
  item.flush_frame = row.context_frame;
  item.dropped_samples += row.dropped_samples;
}

void ModelItems::on(const ItemRow& row, Frame now) { item(row.item, now, row.first_sample); }

void ModelItems::on(const ItemEndRow& row) {
  const auto found = index_of_.find(row.item);
  if (found == index_of_.end()) return;  // the item is unknown: no place, no sound, no words
  auto& item = items_[found->second];
  item.complete = row.complete;
  item.end_sample = std::max(item.end_sample, item.first_sample + row.sample_count);
}

void ModelItems::on_audio(const WireRow::Audio& audio, Frame now) {
  // Sound without an item number belongs to the item that is being spoken, if there is one.
  if (!audio.item && !speaking_) return;
  if (audio.item && item(*audio.item, now, audio.first_sample) == nullptr) return;
  const auto index = audio.item ? index_of_.at(*audio.item) : *speaking_;
  auto& item = items_[index];
  received_ = audio.first_sample + audio.sample_count;
  item.end_sample = std::max(item.end_sample, received_);
  if (!speaking_) typed_ = false;
  speaking_ = last_ = index;
  for (auto& text : waiting_) item.fragments.push_back({audio.first_sample, std::move(text)});
  waiting_.clear();
}

void ModelItems::on_wire(const WireRow& row, std::int64_t at_ms, Frame now) {
  if (row.socket != socket_) {  // a turn ends with its socket
    closed_.reset();
    if (!speaking_ && !waiting_.empty()) add_silent(now);
    end_turn(now);
    socket_ = row.socket;
  }
  if (row.interrupted) interrupt(at_ms, now);
  if (!row.input_text.empty()) closed_.reset();
  if (row.audio || !row.output_text.empty() || !row.written.empty()) on_output(row, at_ms, now);
  if (row.generation_complete) {
    end_written(now);
    cut_is_over_ = cut_ms_.has_value();
  }
  if (!row.turn_complete) return;
  end_written(now);
  closed_.reset();
  if (!speaking_ && !waiting_.empty()) speaking_ = add_silent(now);
  if (speaking_ && !row.goes_on && !typed_) closed_ = Closed{*speaking_, at_ms};
  end_turn(now);
}

void ModelItems::typed() {
  closed_.reset();
  typed_ = true;
}

void ModelItems::interrupt(std::int64_t at_ms, Frame now) {
  end_written(now);
  closed_.reset();
  if (!speaking_ && !waiting_.empty()) {
    speaking_ = add_silent(now);
    if (speaking_) items_[*speaking_].complete = false;
  }
  if (speaking_ && !cut_ms_) cut_ms_ = at_ms;
  if (last_) items_[*last_].interrupted = true;
}

/// The browser numbers the sound: a new number tells that the turn that was cut is over.
void ModelItems::on_output(const WireRow& row, std::int64_t at_ms, Frame now) {
  if (cut_ms_) {
    bool late = !cut_is_over_ && at_ms - *cut_ms_ < kLateOutputMs;
    if (row.audio && row.audio->item) {
      const auto found = index_of_.find(*row.audio->item);
      late = found != index_of_.end() && found->second == speaking_;
    }
    if (late) {
      cut_ms_ = at_ms;
    } else {
      end_turn(now);
    }
  }
  if (!row.output_text.empty()) on_words(row, at_ms);
  for (const auto& part : row.written) {
    if (!cut_ms_) written_ = text::join(std::move(written_), part, text::Border::None);
  }
  if (row.audio) on_audio(*row.audio, now);
}

void ModelItems::on_words(const WireRow& row, std::int64_t at_ms) {
  const bool is_late = closed_ && !row.audio && at_ms - closed_->at_ms < kLateWordsMs;
  if (speaking_) {
    items_[*speaking_].fragments.push_back({received_, row.output_text, cut_ms_.has_value()});
  } else if (is_late && waiting_.empty()) {
    auto& item = items_[closed_->index];
    item.fragments.push_back({item.end_sample, row.output_text});
  } else {
    waiting_.push_back(row.output_text);
  }
}

void ModelItems::end_turn(Frame now) {
  end_written(now);
  speaking_.reset();
  cut_ms_.reset();
  cut_is_over_ = false;
}

/// Text parts are the answer when the turn has no sound and they do not read as reasoning.
void ModelItems::end_written(Frame now) {
  const auto text = std::exchange(written_, {});
  if (speaking_ || !waiting_.empty() || !text::is_visible(text) || is_reasoning(text)) return;
  if (is_full()) {
    ++left_out_;
    return;
  }
  auto& item = items_.emplace_back();
  item.arrival_frame = now;
  item.written = true;
  item.fragments.push_back({ModelSample(0), text});
}

/// Makes an item of its own for words without any sound, which was never heard.
std::optional<std::size_t> ModelItems::add_silent(Frame now) {
  if (is_full()) {
    ++left_out_;
    waiting_.clear();
    return std::nullopt;
  }
  auto& silent = items_.emplace_back();
  silent.arrival_frame = now;
  for (auto& text : waiting_) silent.fragments.push_back({ModelSample(0), std::move(text)});
  waiting_.clear();
  return items_.size() - 1;
}

bool is_reasoning(std::string_view text) {
  constexpr std::string_view kBold = "**";
  text = text::without_leading_space(text);
  if (!text.starts_with(kBold)) return false;
  text.remove_prefix(kBold.size());
  const auto end = text.find_first_of("*\n");
  if (end == 0 || end == std::string_view::npos || !text.substr(end).starts_with(kBold)) {
    return false;
  }
  text.remove_prefix(end + kBold.size());
  return text.empty() || text::without_leading_space(text).size() < text.size();
}

}  // namespace reprise::recording
