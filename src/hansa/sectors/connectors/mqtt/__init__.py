"""The connector for MQTT: devices that send by themselves, through a broker."""
