"""What a quick prototype of the chunk endpoint looks like: Flask, SQLAlchemy, SQLite, a file per chunk.

Only for comparison in `./dev bench`: it stores the same bytes and the same row, with the same durability
(file and directory fsynced, synchronous=FULL)."""

import hashlib
import json
import os

from flask import Flask, jsonify, request
from sqlalchemy import Column, Integer, String, create_engine, event
from sqlalchemy.orm import declarative_base, sessionmaker

DATA = os.environ["PROTOTYPE_DATA"]
engine = create_engine(f"sqlite:///{DATA}/rows.db", connect_args={"timeout": 30})
Base = declarative_base()


@event.listens_for(engine, "connect")
def _durable(connection, _record):
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")


class Chunk(Base):
    __tablename__ = "recording_chunk"
    recording_id = Column(String, primary_key=True)
    seq = Column(Integer, primary_key=True)
    byte_count = Column(Integer)
    sha256_hex = Column(String)


class Interaction(Base):
    __tablename__ = "interaction"
    id = Column(String, primary_key=True)
    kind = Column(String)
    at = Column(String)
    data = Column(String)


Base.metadata.create_all(engine)
engine.dispose()  # gunicorn loads this before it forks (--preload); each worker opens its own connections
Session = sessionmaker(bind=engine)
app = Flask(__name__)


@app.put("/api/recordings/<recording_id>/chunks/<int:seq>")
def put_chunk(recording_id, seq):
    body = request.get_data()
    digest = hashlib.sha256(body).hexdigest()
    folder = os.path.join(DATA, recording_id)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{seq}.mcap")
    with open(path + ".tmp", "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".tmp", path)
    directory = os.open(folder, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)
    with Session() as session:
        session.merge(Chunk(recording_id=recording_id, seq=seq, byte_count=len(body), sha256_hex=digest))
        session.commit()
    return jsonify(seq=seq, bytes=len(body), sha256=digest), 201


@app.post("/api/analytics/log-interaction")
def log_interaction():
    event = request.get_json()["events"][0]
    with Session() as session:
        session.merge(Interaction(id=event["id"], kind=event["kind"], at=event["at"], data=json.dumps(event["data"])))
        session.commit()
    return jsonify(accepted=1)
