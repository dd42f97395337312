#include "platform/media/webm_writer.hpp"

#include <bit>
#include <utility>

#include "platform/media/ebml.hpp"

namespace reprise::media {
namespace {

using ebml::Id;

constexpr std::int64_t kNanosPerMs = 1'000'000;
constexpr std::int64_t kClusterMsMax = 1000;
/// How much a decoder must decode before a seek target (RFC 7845 4.6).
constexpr std::uint64_t kSeekPreRollNs = 80'000'000;
constexpr std::size_t kDurationBytes = 2 + 1 + 8;  ///< id, size, double
constexpr std::size_t kSeekBytes = 2 + 1 + (2 + 1 + 4) + (2 + 1 + 8);
constexpr std::size_t kSeekHeadBytes = 4 + 1 + 3 * kSeekBytes;  ///< Info, Tracks, Cues
constexpr std::size_t kWideSizeBytes = 8;
constexpr std::uint64_t kTypeVideo = 1;
constexpr std::uint64_t kTypeAudio = 2;
constexpr std::byte kKeyFlag{0x80};

Bytes ebml_header() {
  Bytes content;
  ebml::integer(content, Id::EbmlVersion, 1);
  ebml::integer(content, Id::EbmlReadVersion, 1);
  ebml::integer(content, Id::EbmlMaxIdLength, 4);
  ebml::integer(content, Id::EbmlMaxSizeLength, 8);
  ebml::text(content, Id::DocType, "webm");
  ebml::integer(content, Id::DocTypeVersion, 4);
  ebml::integer(content, Id::DocTypeReadVersion, 2);
  Bytes out;
  ebml::element(out, Id::Ebml, content);
  return out;
}

Bytes track_entry(Track track, std::uint64_t type, std::string_view codec) {
  Bytes out;
  const auto number = static_cast<std::uint64_t>(track);
  ebml::integer(out, Id::TrackNumber, number);
  ebml::integer(out, Id::TrackUid, number);
  ebml::integer(out, Id::TrackType, type);
  ebml::integer(out, Id::FlagLacing, 0);
  ebml::text(out, Id::Language, "und");
  ebml::text(out, Id::CodecId, codec);
  return out;
}

Bytes tracks(const AudioTrack& audio, const std::optional<VideoTrack>& video) {
  Bytes content;
  if (video) {
    Bytes entry = track_entry(Track::Video, kTypeVideo, "V_VP9");
    Bytes size;
    ebml::integer(size, Id::PixelWidth, video->width);
    ebml::integer(size, Id::PixelHeight, video->height);
    ebml::element(entry, Id::Video, size);
    ebml::element(content, Id::TrackEntry, entry);
  }
  Bytes entry = track_entry(Track::Audio, kTypeAudio, "A_OPUS");
  ebml::integer(entry, Id::CodecDelay, static_cast<std::uint64_t>(audio.codec_delay_ns));
  ebml::integer(entry, Id::SeekPreRoll, kSeekPreRollNs);
  ebml::element(entry, Id::CodecPrivate, audio.codec_private);
  Bytes sound;
  ebml::real(sound, Id::SamplingFrequency, 48'000);
  ebml::integer(sound, Id::Channels, 2);
  ebml::element(entry, Id::Audio, sound);
  ebml::element(content, Id::TrackEntry, entry);
  Bytes out;
  ebml::element(out, Id::Tracks, content);
  return out;
}

void seek(Bytes& out, Id id, std::uint64_t position) {
  Bytes content;
  Bytes raw;
  ebml::id(raw, id);
  ebml::element(content, Id::SeekId, raw);
  ebml::wide_integer(content, Id::SeekPosition, position);
  ebml::element(out, Id::Seek, content);
}

/// Reads elements that this writer has written, never foreign bytes.
class Walker {
 public:
  explicit Walker(ByteView bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  ByteView rest() const { return rest_; }
  ByteView take(std::size_t count) {
    return std::exchange(rest_, rest_.subspan(count)).first(count);
  }
  std::uint64_t number(std::size_t count) {
    std::uint64_t value = 0;
    for (const std::byte byte : take(count)) value = value << 8 | std::to_integer<unsigned>(byte);
    return value;
  }
  std::uint64_t size() {
    const auto length =
        static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(rest_[0]))) + 1;
    return number(length) & ((std::uint64_t{1} << (7 * length)) - 1);
  }

 private:
  ByteView rest_;
};

void walk_cluster(ByteView content, const std::function<void(const Block&)>& take) {
  Walker walker(content);
  walker.number(2);  // Timestamp: id and size
  const auto start = static_cast<std::int64_t>(walker.number(8));
  while (!walker.done()) {
    walker.number(1);  // SimpleBlock
    Walker block(walker.take(static_cast<std::size_t>(walker.size())));
    const auto track = static_cast<Track>(block.size());
    const auto offset = static_cast<std::int16_t>(block.number(2));
    const bool key = (static_cast<std::byte>(block.number(1)) & kKeyFlag) != std::byte{0};
    take({track, start + offset, key, block.rest()});
  }
}

}  // namespace

WebmWriter::WebmWriter(std::filesystem::path path, const AudioTrack& audio,
                       std::optional<VideoTrack> video)
    : file_(std::move(path)), has_video_(video.has_value()) {
  write_header(audio, video);
}

// Reserves places for what is known only at the end: segment size, SeekHead, Duration.
void WebmWriter::write_header(const AudioTrack& audio, const std::optional<VideoTrack>& video) {
  Bytes out = ebml_header();
  ebml::id(out, Id::Segment);
  ebml::wide_size(out, ebml::kUnknownSize);
  segment_start_ = seek_head_at_ = out.size();
  ebml::filler(out, kSeekHeadBytes);

  Bytes info;
  ebml::integer(info, Id::TimestampScale, static_cast<std::uint64_t>(kNanosPerMs));
  ebml::text(info, Id::MuxingApp, "Reprise");
  ebml::text(info, Id::WritingApp, "Reprise");
  ebml::filler(info, kDurationBytes);
  info_at_ = out.size();
  ebml::element(out, Id::Info, info);
  duration_at_ = out.size() - kDurationBytes;

  tracks_at_ = out.size();
  const Bytes entries = tracks(audio, video);
  out.insert(out.end(), entries.begin(), entries.end());
  clusters_at_ = out.size();
  file_.append(out);
}

void WebmWriter::add(const Block& block) {
  const bool cue = has_video_ && block.track == Track::Video && block.key;
  if (cluster_.empty() || cue || block.time_ms - cluster_time_ms_ >= kClusterMsMax) {
    start_cluster(block.time_ms);
    if (cue || !has_video_) cues_.push_back({block.time_ms, file_.size() - segment_start_});
  }
  constexpr std::size_t kBlockHeadBytes = 4;  // track, time (two bytes), flags
  ebml::id(cluster_, Id::SimpleBlock);
  ebml::size(cluster_, kBlockHeadBytes + block.data.size());
  ebml::size(cluster_, static_cast<std::uint64_t>(block.track));
  ebml::number(cluster_, static_cast<std::uint64_t>(block.time_ms - cluster_time_ms_), 2);
  cluster_.push_back(block.key ? kKeyFlag : std::byte{0});
  cluster_.insert(cluster_.end(), block.data.begin(), block.data.end());
}

void WebmWriter::start_cluster(std::int64_t time_ms) {
  flush_cluster();
  cluster_time_ms_ = time_ms;
  ebml::wide_integer(cluster_, Id::Timestamp, static_cast<std::uint64_t>(time_ms));
}

void WebmWriter::flush_cluster() {
  if (cluster_.empty()) return;
  Bytes head;
  ebml::id(head, Id::Cluster);
  ebml::wide_size(head, cluster_.size());
  file_.append(head);
  file_.append(cluster_);
  cluster_.clear();
}

Bytes WebmWriter::cues() const {
  Bytes points;
  for (const Cue& cue : cues_) {
    Bytes position;
    ebml::integer(position, Id::CueTrack,
                  static_cast<std::uint64_t>(has_video_ ? Track::Video : Track::Audio));
    ebml::integer(position, Id::CueClusterPosition, cue.cluster_position);
    Bytes point;
    ebml::integer(point, Id::CueTime, static_cast<std::uint64_t>(cue.time_ms));
    ebml::element(point, Id::CueTrackPositions, position);
    ebml::element(points, Id::CuePoint, point);
  }
  Bytes out;
  ebml::element(out, Id::Cues, points);
  return out;
}

void WebmWriter::finish(std::int64_t duration_ns) {
  flush_cluster();
  const std::uint64_t cues_at = file_.size();
  if (!cues_.empty()) file_.append(cues());

  Bytes duration;
  ebml::real(duration, Id::Duration,
             static_cast<double>(duration_ns) / static_cast<double>(kNanosPerMs));
  file_.patch(duration_at_, duration);

  if (!cues_.empty()) {
    Bytes seeks;
    seek(seeks, Id::Info, info_at_ - segment_start_);
    seek(seeks, Id::Tracks, tracks_at_ - segment_start_);
    seek(seeks, Id::Cues, cues_at - segment_start_);
    Bytes head;
    ebml::element(head, Id::SeekHead, seeks);
    file_.patch(seek_head_at_, head);
  }
  Bytes size;
  ebml::wide_size(size, file_.size() - segment_start_);
  file_.patch(segment_start_ - kWideSizeBytes, size);
  file_.sync();
}

void WebmWriter::replay(const std::function<void(const Block&)>& take) {
  constexpr std::size_t kClusterHeadBytes = 4 + kWideSizeBytes;
  std::uint64_t at = clusters_at_;
  while (at < file_.size()) {
    const Bytes head = file_.read(at, kClusterHeadBytes);
    Walker walker(head);
    walker.number(4);  // Cluster
    const auto length = static_cast<std::size_t>(walker.size());
    walk_cluster(file_.read(at + kClusterHeadBytes, length), take);
    at += kClusterHeadBytes + length;
  }
  if (!cluster_.empty()) walk_cluster(cluster_, take);
}

}  // namespace reprise::media
