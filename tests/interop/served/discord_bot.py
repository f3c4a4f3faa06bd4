"""A bot that pongs and greets, as discord.py's documentation has it."""

import sys

import discord
import yarl
from discord import app_commands

api, gateway = sys.argv[1:]
discord.http.Route.BASE = f"{api}/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class Bot(discord.Client):
    def __init__(self):
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self):
        await self.tree.sync()

    async def on_message(self, message):
        if message.content == "!ping":
            await message.reply("pong")


bot = Bot()


@bot.tree.command(description="Greets")
@app_commands.describe(name="Whom")
async def greet(interaction: discord.Interaction, name: str):
    await interaction.response.send_message(f"Hello, {name}")


bot.run("parley.test.token")
