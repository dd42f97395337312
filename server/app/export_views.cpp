#include "app/export_views.hpp"

#include <fstream>
#include <stdexcept>

namespace reprise::app {
namespace {

using account::ViewFile;

constexpr std::size_t kReadBytes = std::size_t{256} << 10;

/// A file on the local disk. It is opened at once, so that a newer version may take its place.
class LocalFile final : public blob::BlobSource {
 public:
  LocalFile(const std::filesystem::path& path, BlockingPool& pool)
      : file_(path, std::ios::binary), pool_(pool) {}
  Task<Bytes> next() override {
    if (!file_.is_open()) throw std::runtime_error("the media were removed meanwhile");
    co_return co_await pool_.run([this] {
      Bytes piece(kReadBytes);
      file_.read(reinterpret_cast<char*>(piece.data()), kReadBytes);
      piece.resize(static_cast<std::size_t>(file_.gcount()));
      return piece;
    });
  }

 private:
  std::ifstream file_;
  BlockingPool& pool_;
};

/// Media in a bucket.
class ObjectPart final : public blob::BlobSource {
 public:
  explicit ObjectPart(std::unique_ptr<http::BodySource> body) : body_(std::move(body)) {}
  Task<Bytes> next() override { return body_->next(); }

 private:
  const std::unique_ptr<http::BodySource> body_;
};

Task<std::vector<ViewFile>> files_of(playback::Views& views, BlockingPool& reads,
                                     access::Reach reach, session::RecordingId id) {
  std::vector<ViewFile> files;
  const auto media = co_await views.media(reach, id);
  if (!media) throw std::runtime_error(media.error().client_message);
  if (!*media) co_return files;
  const playback::MediaFile& film = **media;
  const auto bytes = static_cast<std::uint64_t>(film.bytes);
  std::unique_ptr<blob::BlobSource> content;
  if (film.object.empty()) {
    content = co_await reads.run([&] { return std::make_unique<LocalFile>(film.path, reads); });
  } else {
    content = std::make_unique<ObjectPart>(
        views.objects()->open(blob::BlobKey(film.object), bytes, {.first = 0, .last = bytes}));
  }
  files.push_back({.name = "media.webm", .bytes = bytes, .content = std::move(content)});
  playback::ViewTexts texts = co_await views.texts(reach, id);
  const auto add = [&files](const char* name, std::string& text) {
    files.push_back(
        {.name = name, .bytes = std::nullopt, .content = account::text_source(std::move(text))});
  };
  add("manifest.json", texts.manifest);
  add("captions.vtt", texts.captions);
  add("events.jsonl", texts.events);
  add("loss.json", texts.loss);
  co_return files;
}

}  // namespace

account::ViewFilesOf export_views(playback::Views& views, BlockingPool& reads) {
  return [&views, &reads](access::Reach reach, session::RecordingId id) {
    return files_of(views, reads, std::move(reach), std::move(id));
  };
}

}  // namespace reprise::app
