#include "domain/recording/model_items.hpp"

#include <algorithm>

namespace reprise::recording {

ModelItem& ModelItems::item(std::int64_t id, std::int64_t now, std::int64_t first_sample) {
  const auto [found, is_new] = index_of_.try_emplace(id, items_.size());
  if (is_new) {
    auto& added = items_.emplace_back();
    added.first_sample = added.end_sample = first_sample;
    added.arrival_frame = now;
  }
  auto& item = items_[found->second];
  item.first_sample = std::min(item.first_sample, first_sample);
  return item;
}

void ModelItems::on(const SpanRow& row, std::int64_t now) {
  if (row.sample_count == 0) return;
  auto& item = this->item(row.item, now, row.first_sample);
  const RenderedRun next{row.first_sample, row.sample_count, row.context_frame};
  item.end_sample = std::max(item.end_sample, next.end_sample());
  if (item.runs.empty()) return item.runs.push_back(next);
  auto& last = item.runs.back();
  if (next.first_sample < last.end_sample() || next.context_frame < last.end_frame()) return;
  if (next.first_sample == last.end_sample() && next.context_frame == last.end_frame()) {
    last.sample_count += next.sample_count;
  } else {
    item.runs.push_back(next);
  }
}

void ModelItems::on(const FlushRow& row) {
  const auto found = row.item ? index_of_.find(*row.item) : index_of_.end();
  if (found == index_of_.end()) return;
  auto& item = items_[found->second];
  item.flush_frame = row.context_frame;
  item.dropped_samples += row.dropped_samples;
}

void ModelItems::on(const ItemRow& row, std::int64_t now) { item(row.item, now, row.first_sample); }

void ModelItems::on(const ItemEndRow& row) {
  const auto found = index_of_.find(row.item);
  if (found == index_of_.end()) return;  // nothing of it is known: no place, no sound, no words
  auto& item = items_[found->second];
  item.complete = row.complete;
  item.end_sample = std::max(item.end_sample, item.first_sample + row.sample_count);
}

void ModelItems::on_audio(const WireRow::Audio& audio, std::int64_t now) {
  // Without an item number the sound belongs to what is being said, or to nothing known.
  if (!audio.item && !speaking_) return;
  const auto index = [&] {
    if (!audio.item) return *speaking_;
    item(*audio.item, now, audio.first_sample);
    return index_of_.at(*audio.item);
  }();
  auto& item = items_[index];
  received_ = audio.first_sample + audio.sample_count;
  item.end_sample = std::max(item.end_sample, received_);
  speaking_ = last_ = index;
  for (auto& text : waiting_) item.fragments.push_back({audio.first_sample, std::move(text)});
  waiting_.clear();
}

void ModelItems::on_wire(const WireRow& row, std::int64_t now) {
  if (!row.output_text.empty()) {
    if (speaking_) {
      items_[*speaking_].fragments.push_back({received_, row.output_text});
    } else {
      waiting_.push_back(row.output_text);
    }
  }
  if (row.audio) on_audio(*row.audio, now);
  if (row.interrupted && last_) items_[*last_].interrupted = true;
  if (!row.turn_complete) return;
  speaking_.reset();
  if (waiting_.empty()) return;
  // Words without any sound: an item of their own, never heard.
  auto& silent = items_.emplace_back();
  silent.arrival_frame = now;
  for (auto& text : waiting_) silent.fragments.push_back({0, std::move(text)});
  waiting_.clear();
}

}  // namespace reprise::recording
