"""Reads messages by LINE's own library: {model, body} on each line, {read, body or why} for each."""
import json
import sys

from linebot.v3 import messaging

for line in sys.stdin:
    asked = json.loads(line)
    try:
        read = getattr(messaging, asked['model']).from_dict(asked['body'])
        print(json.dumps({'read': True, 'body': read.to_dict()}))
    except Exception as why:
        print(json.dumps({'read': False, 'why': str(why)}))
