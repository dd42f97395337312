#pragma once

#include <utility>

#include "platform/blob/blob.hpp"

namespace reprise::blob {

/// Passes everything on to another store, which outlives it. Tests override what they change.
class StoreForTest : public BlobStore {
 public:
  explicit StoreForTest(BlobStore& store) : store_(store) {}

  Task<Result<BlobInfo>> put(BlobKey key, Bytes content, Deadline deadline) override {
    return store_.put(std::move(key), std::move(content), deadline);
  }
  Task<Result<Bytes>> read(BlobKey key, ByteRange range, Deadline deadline) override {
    return store_.read(std::move(key), range, deadline);
  }
  Task<void> remove(std::vector<BlobKey> keys, Deadline deadline) override {
    return store_.remove(std::move(keys), deadline);
  }
  Task<void> remove_all(BlobKey prefix, Deadline deadline) override {
    return store_.remove_all(std::move(prefix), deadline);
  }
  Task<Result<BlobInfo>> put_stream(BlobKey key, BlobSource& source, Deadline deadline) override {
    return store_.put_stream(std::move(key), source, deadline);
  }
  Task<BlobPage> list(BlobKey prefix, std::string cursor, std::size_t page_max,
                      Deadline deadline) override {
    return store_.list(std::move(prefix), std::move(cursor), page_max, deadline);
  }
  Task<Status> probe(Deadline deadline) override { return store_.probe(deadline); }
  std::optional<std::string> broken() const override { return store_.broken(); }
  LocalDisk* disk() override { return store_.disk(); }

 private:
  BlobStore& store_;
};

}  // namespace reprise::blob
