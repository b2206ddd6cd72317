#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hostile_server.py MODE CERTIFICATE KEY FOLDER

A server on the loopback that does what no mirror should; `proxy` is the one that is none but
honest. Prints its port, then a line for each connection. Runs until it is killed.
"""
import os
import select
import socket
import ssl
import sys
import threading
import time

mode, certificate, key, folder = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def say(text):
    print(text, flush=True)


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(4096)
        if not part:
            break
        data += part
    return data.decode("latin-1")


def header(*lines, length=None, status="200 OK"):
    lines = list(lines) + ([] if length is None else ["Content-Length: %d" % length])
    return ("\r\n".join(["HTTP/1.1 " + status] + lines) + "\r\n\r\n").encode()


def file_of(request):
    name = os.path.basename(request.split(" ")[1])
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def for_ever(send, text, pause=0.0):
    while True:
        send(text)
        time.sleep(pause)


def proxy(connection):
    request = read_request(connection)
    say(request.split("\r\n")[0])
    host, port = request.split(" ")[1].split(":")
    with socket.create_connection((host, int(port))) as server:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ends = {connection: server, server: connection}
        while True:
            for end in select.select(list(ends), [], [])[0]:
                data = end.recv(65536)
                if not data:
                    return
                ends[end].sendall(data)


def serve(connection):
    if mode == "proxy":
        return proxy(connection)
    if mode == "stalls-before-tls":
        return time.sleep(3600)
    if mode == "closes-at-once":
        return None
    if mode == "speaks-no-tls":
        return connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    with context.wrap_socket(connection, server_side=True) as secure:
        send = secure.sendall
        request = read_request(secure)
        say(request.split("\r\n")[0])
        if mode == "stalls-before-answering":
            time.sleep(3600)
        elif mode == "closes-before-answering":
            pass
        elif mode == "closes-early":
            body = file_of(request)
            send(header(length=len(body)) + body[: len(body) // 2])
        elif mode == "stalls-in-the-middle":
            body = file_of(request)
            send(header(length=len(body)) + body[: len(body) // 2])
            time.sleep(3600)
        elif mode == "drips":
            send(header(length=1 << 20))
            for_ever(send, b" ", 0.2)
        elif mode == "sends-for-ever":
            send(header())
            for_ever(send, b" " * 65536)
        elif mode == "sends-chunks-for-ever":
            send(header("Transfer-Encoding: chunked"))
            for_ever(send, b"10000\r\n" + b" " * 65536 + b"\r\n")
        elif mode == "announces-a-terabyte":
            send(header(length=1 << 40))
            for_ever(send, b" " * 65536)
        elif mode == "breaks-its-chunks":
            send(header("Transfer-Encoding: chunked") + b"10\r\nnot even half\r\n")
        elif mode == "answers-nonsense":
            send(b"\x00\x01\x02 nothing of HTTP\r\n\r\n")
        elif mode == "sends-headers-for-ever":
            send(b"HTTP/1.1 200 OK\r\n")
            for_ever(send, b"X: " + b"x" * 1000 + b"\r\n")
        elif mode == "sends-a-login-page":
            body = b"<html>log in to the hotel's network</html>"
            send(header("Content-Type: text/html", length=len(body)) + body)
        elif mode == "sends-a-compressed-bomb":
            # 128 MiB of zeros, to whoever unpacks it.
            import zlib

            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            body = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(1 << 7))
            body += packer.flush()
            send(header("Content-Encoding: gzip", length=len(body)) + body)
        elif mode == "has-no-signature":
            if ".minisig" in request.split(" ")[1]:
                send(header(length=0, status="404 Not Found"))
            else:
                body = file_of(request)
                send(header(length=len(body)) + body)
        else:
            say("no such mode")
    return None


def handle(connection):
    with connection:
        try:
            serve(connection)
        except OSError as error:
            say("ended: %s" % error)


with socket.create_server(("127.0.0.1", 0)) as listener:
    say(listener.getsockname()[1])
    while True:
        threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()
